/** A second map over the first that shows another plan and goes where the first goes. */
import { Map as MapLibre, type StyleSpecification } from 'maplibre-gl';

export class Twin {
  private readonly map: MapLibre;
  private readonly main: MapLibre;
  private loaded = false;
  private style: StyleSpecification;

  constructor(container: HTMLElement, main: MapLibre, style: StyleSpecification) {
    this.main = main;
    this.style = style;
    this.map = new MapLibre({
      container,
      style,
      center: main.getCenter(),
      zoom: main.getZoom(),
      bearing: main.getBearing(),
      interactive: false,
      attributionControl: false,
      maxPitch: 0,
      fadeDuration: 0,
    });
    // The first map is the one that is read aloud, and the one the keys go to.
    this.map.getCanvas().setAttribute('aria-hidden', 'true');
    this.map.getCanvas().removeAttribute('role');
    this.map.getCanvas().removeAttribute('aria-label');
    this.map.once('style.load', () => {
      this.loaded = true;
      if (this.style !== style) this.map.setStyle(this.style, { diff: true });
    });
    const { dataset } = container;
    this.map.on('idle', () => (dataset['drawn'] = 'yes'));
    this.map.on('dataloading', () => (dataset['drawn'] = 'no'));
    main.on('move', this.follow);
  }

  show(style: StyleSpecification): void {
    this.style = style;
    if (this.loaded) this.map.setStyle(style, { diff: true });
  }

  remove(): void {
    this.main.off('move', this.follow);
    this.map.remove();
  }

  private readonly follow = (): void => {
    this.map.jumpTo({ center: this.main.getCenter(), zoom: this.main.getZoom(), bearing: this.main.getBearing() });
  };
}
