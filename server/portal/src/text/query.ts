/** A parcel's key as people give it: commune code, map sheet, parcel number. */
export interface ParcelKey {
  readonly commune: string;
  readonly sheet: string;
  readonly parcel: string;
}
