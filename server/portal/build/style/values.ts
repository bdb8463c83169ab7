/** Values of the themes' fields that our own signs depend on. */

/** Roads drawn as the widest, and those drawn as main roads (the widest among them). */
export const HIGHWAYS = ['cao_toc', 'quoc_lo'];
export const MAIN_ROADS = [...HIGHWAYS, 'tinh_lo', 'duong_tinh'];

/** Field and code list of planned land use, and of planned zones. */
export const PLANNED_USE = 'loai_dat';
export const ZONE_FUNCTION = 'chuc_nang';
export const ZONE_FUNCTIONS = 'zone_functions';
export const ZONE_LABEL = 'ky_hieu';

/** Grades of dikes drawn as the important ones. */
export const GRADE = 'cap';
export const MAJOR_GRADES = ['dac_biet', 'I', 'II', 'III'];

/** Kinds of irrigation works with a sign of their own. */
export const WORK_KIND = 'loai';
export const WORK_ICONS = [
  { icon: 'pump', kinds: ['tram_bom'], title: { vi: 'Trạm bơm', en: 'Pumping station' } },
  { icon: 'sluice', kinds: ['cong'], title: { vi: 'Cống', en: 'Sluice' } },
  { icon: 'dam', kinds: ['ho_chua', 'dap'], title: { vi: 'Đập, hồ chứa', en: 'Dam, reservoir' } },
  { icon: 'work', kinds: ['khac'], title: { vi: 'Công trình khác', en: 'Other works' } },
] as const;
