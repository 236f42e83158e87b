"""Ministries and agencies that announce procedures: by the folder of a crawl, by the sign of a decision."""

from __future__ import annotations

_AGENCIES = [
    ("bo-cong-an", "BCA", "Bộ Công an"),
    ("bo-cong-thuong", "BCT", "Bộ Công Thương"),
    ("bo-dan-toc-ton-giao", "BDTTG", "Bộ Dân tộc và Tôn giáo"),
    ("bo-giao-duc-dao-tao", "BGDĐT", "Bộ Giáo dục và Đào tạo"),
    ("bo-khoa-hoc-cong-nghe", "BKHCN", "Bộ Khoa học và Công nghệ"),
    ("bo-ngoai-giao", "BNG", "Bộ Ngoại giao"),
    ("bo-noi-vu", "BNV", "Bộ Nội vụ"),
    ("bo-nong-nghiep-mt", "BNNMT", "Bộ Nông nghiệp và Môi trường"),
    ("bo-quoc-phong", "BQP", "Bộ Quốc phòng"),
    ("bo-tai-chinh", "BTC", "Bộ Tài chính"),
    ("bo-tu-phap", "BTP", "Bộ Tư pháp"),
    ("bo-van-hoa-the-thao-du-lich", "BVHTTDL", "Bộ Văn hóa, Thể thao và Du lịch"),
    ("bo-xay-dung", "BXD", "Bộ Xây dựng"),
    ("bo-y-te", "BYT", "Bộ Y tế"),
    ("ngan-hang-nha-nuoc", "NHNN", "Ngân hàng Nhà nước Việt Nam"),
    ("thanh-tra-chinh-phu", "TTCP", "Thanh tra Chính phủ"),
    ("toa-an-nhan-dan", "TANDTC", "Tòa án nhân dân"),
]
_BY_FOLDER = {folder: name for folder, _, name in _AGENCIES}
_BY_SIGN = {sign: name for _, sign, name in _AGENCIES}


def agency_of_folder(folder: str) -> str:
    """The agency of a crawl's folder such as ``bo-tu-phap``; empty when it is not known."""
    return _BY_FOLDER.get(folder.strip(), "")


def agency_of_decision(number: str) -> str:
    """The agency that signed a decision such as ``163/QĐ-BTP``; empty when it is not known."""
    return _BY_SIGN.get(number.rpartition("-")[2].strip(), "")
