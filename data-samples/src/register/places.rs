//! Names of hamlets and field tracts, put together from words usual in the midlands. Invented, no real place meant.

use crate::chance::mix;

/// First words of hamlet names.
const HAMLET: [&str; 30] = [
    "An",
    "Bình",
    "Cầu",
    "Đông",
    "Đồng",
    "Giáp",
    "Hạ",
    "Hòa",
    "Hồng",
    "Hưng",
    "Khánh",
    "Lương",
    "Mai",
    "Ngọc",
    "Nghĩa",
    "Phú",
    "Phúc",
    "Quang",
    "Sơn",
    "Tân",
    "Thanh",
    "Thượng",
    "Tiến",
    "Trại",
    "Trung",
    "Vân",
    "Việt",
    "Xuân",
    "Yên",
    "Đức",
];
/// Second words of hamlet names.
const SECOND: [&str; 26] = [
    "Bình", "Châu", "Đình", "Giang", "Hà", "Hòa", "Hưng", "Khê", "Lâm", "Lạc", "Lộc", "Minh", "Mỹ",
    "Ninh", "Phong", "Phú", "Quý", "Sơn", "Thành", "Thịnh", "Thọ", "Tiến", "Trì", "Vinh", "Xá",
    "Ấp",
];
/// Names of field tracts (xứ đồng).
const TRACT: [&str; 28] = [
    "Ao Sen",
    "Bãi Bồi",
    "Bờ Đầm",
    "Bờ Vải",
    "Cây Gạo",
    "Cây Đa",
    "Cổng Đình",
    "Cửa Chùa",
    "Đầu Cầu",
    "Đầm Sâu",
    "Đồi Thông",
    "Đồng Bông",
    "Đồng Cạn",
    "Đồng Chiêm",
    "Đồng Giữa",
    "Đồng Lác",
    "Đồng Mẫu",
    "Đồng Ngòi",
    "Đồng Sau",
    "Đồng Trũng",
    "Gò Mả",
    "Gốc Đề",
    "Hóc Dộc",
    "Lũng Mây",
    "Nương Cao",
    "Rộc Dài",
    "Sau Làng",
    "Ven Sông",
];

fn pick<'a>(list: &[&'a str], h: u64) -> &'a str {
    list.get((h % list.len() as u64) as usize)
        .copied()
        .unwrap_or("Tân")
}

/// The name of the hamlet numbered `id`.
pub fn hamlet(id: u64) -> String {
    let h = mix(id);
    let (first, second) = (pick(&HAMLET, h), pick(&SECOND, h >> 20));
    if first == second {
        format!("{first} Thượng")
    } else {
        format!("{first} {second}")
    }
}

/// The name of the field tract numbered `id`.
pub fn tract(id: u64) -> &'static str {
    pick(&TRACT, mix(id))
}
