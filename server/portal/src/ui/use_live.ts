import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { concerns, follow, type Freshness } from '../live';
import type { MapView } from '../map/map';
import type { FeatureName } from '../state';

/** A burst of edits renews an open card once, after it. */
const SETTLES = 300;

/**
 * Keeps the map and the open card at what the register holds now: tiles a change touches are fetched again, and `renew`
 * is called when a feature of `shown` may be another; `heard` gets the themes that changed, or null where any may have.
 */
export function useLive(map: RefObject<MapView | null>, shown: readonly FeatureName[], renew: () => void, heard: (themes: readonly string[] | null) => void): Freshness {
  const [freshness, setFreshness] = useState<Freshness>('live');
  const newest = useRef({ shown, renew, heard });
  newest.current = { shown, renew, heard };
  useEffect(() => {
    let timer = 0;
    const later = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => newest.current.renew(), SETTLES);
    };
    const end = follow({
      changed: (changes) => {
        map.current?.refresh(changes.boxes);
        newest.current.heard(Object.keys(changes.boxes));
        if (concerns(changes, newest.current.shown)) later();
      },
      reload: () => {
        map.current?.refresh(null);
        newest.current.heard(null);
        later();
      },
      fresh: setFreshness,
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, []);
  return freshness;
}
