/** Fields of the themes and codes of their lists that our own signs depend on. */

export const ROAD_CLASS = 'cap_duong';
/** Roads drawn widest, and those drawn as main roads (the widest among them). */
export const HIGHWAYS = ['cao_toc', 'quoc_lo'];
export const MAIN_ROADS = [...HIGHWAYS, 'duong_tinh'];
/** Lanes and tracks, drawn once single parcels are. */
export const LANES = ['duong_thon', 'noi_dong'];
export const RAILWAY = 'duong_sat';

/** Lists of administrative units that are no longer in force: their units are answered for, and not drawn. */
export const FORMER_LISTS = ['2023', '2025-01'];

/** Field and code list of planned land use, and of planned zones. */
export const PLANNED_USE = 'loai_dat_quy_hoach';
export const ZONE_FUNCTION = 'chuc_nang';
export const ZONE_LABEL = 'ky_hieu';

export const DIKE_GRADE = 'cap';

/** Field of irrigation works' kinds, and the kinds with a sign of their own. */
export const WORK_KIND = 'loai';
export const WORK_SIGNS = [
  { icon: 'pump', kinds: ['tram_bom'] },
  { icon: 'sluice', kinds: ['cong'] },
  { icon: 'dam', kinds: ['dap', 'ho_chua'] },
  { icon: 'pipe', kinds: ['duong_ong', 'cau_mang'] },
] as const;
export const OTHER_SIGN = 'work';
