"""What the assistant says on the telephone by itself, beside the answers."""

GREETING = (
    "Dạ, tổng đài Một Cửa xin nghe. Em là trợ lý tự động, hướng dẫn thủ tục hành chính, tra cứu hồ sơ và nhận phản ánh."
)
CONSENT = "Cuộc gọi được ghi âm để phục vụ tốt hơn, nếu không đồng ý thì anh chị nói: không ghi âm."
"""One sentence, after which the recording begins."""
INVITE = "Anh chị cần em giúp việc gì ạ?"
NOT_RECORDED = "Dạ, em đã dừng và xóa phần ghi âm. Anh chị cần em giúp việc gì ạ?"
WAIT = "Dạ, anh chị chờ em một chút ạ."
ARE_YOU_THERE = "Dạ, anh chị còn nghe máy không ạ?"
SILENT_GOODBYE = "Dạ, em chưa nghe thấy anh chị nói. Khi cần, anh chị gọi lại giúp em ạ. Em chào anh chị."
NOT_HEARD = "Dạ, em nghe chưa rõ. Anh chị nói lại giúp em ạ."
NOT_HEARD_CODE = "Dạ, em nghe chưa rõ mã. Anh chị đọc chậm từng số, hoặc bấm số trên điện thoại rồi bấm phím thăng ạ."
NOT_HEARD_NUMBER = "Dạ, em nghe chưa rõ. Anh chị bấm bốn số cuối trên điện thoại giúp em ạ."
YES_OR_NO = "Dạ, anh chị trả lời có hoặc không giúp em; hoặc bấm một là có, bấm hai là không ạ."
READ_BACK = "Dạ, em đọc lại: {code}. Đúng thì anh chị bấm một, chưa đúng thì bấm hai, hoặc nói đúng, không đúng ạ."
ONCE_MORE = "Dạ, anh chị đọc lại giúp em, hoặc bấm số trên điện thoại rồi bấm phím thăng ạ."
MORE = "Anh chị có muốn nghe tiếp không ạ?"
OFFER = "Anh chị có muốn nghe {title} không ạ?"
IN_WRITING = "Em gửi nội dung và đường dẫn qua {way} cho anh chị nhé?"
SENT_IN_WRITING = "Dạ, em đã gửi qua {way} ạ."
NO_WAY_TO_WRITE = "Dạ, em chưa nhắn tin được đến số máy này ạ."
NOT_SENT = "Dạ, em chưa gửi được ạ."
ANYTHING_ELSE = "Anh chị cần em giúp gì thêm không ạ?"
CHOOSE = "Anh chị chọn giúp em: {options}."
OFFER_PERSON = "Dạ, em xin lỗi vì nghe chưa rõ. Em nối máy cho anh chị gặp cán bộ nhé?"
TRANSFER = "Dạ, em nối máy để anh chị nói chuyện với cán bộ. Anh chị giữ máy giúp em ạ."
CALL_BACK = "Dạ, hiện chưa có cán bộ trực máy. Cán bộ gọi lại cho anh chị {hours} được không ạ?"
CALL_BACK_LATER = "Dạ, hay cán bộ gọi lại cho anh chị {hours} được không ạ?"
WHICH_NUMBER = "Dạ, anh chị bấm số điện thoại để cán bộ gọi lại, rồi bấm phím thăng giúp em ạ."
CALL_BACK_AGREED = "Dạ, em đã ghi lịch: cán bộ gọi lại {hours}."
THANKS = "Em cảm ơn anh chị, em chào anh chị ạ."
LEAVE_MESSAGE = "Anh chị có muốn để lại lời nhắn cho cán bộ không ạ?"
MESSAGE_AFTER_TONE = (
    "Dạ, lời nhắn được ghi âm, chỉ cán bộ phụ trách nghe; nếu không đồng ý, anh chị gác máy."
    " Anh chị nói sau tiếng bíp, nói xong thì bấm phím thăng hoặc ngừng nói."
)
NO_MESSAGE_HEARD = "Dạ, em chưa nghe thấy lời nhắn. Anh chị nói sau tiếng bíp giúp em ạ."
MESSAGE_LENGTH = (
    "Dạ, lời nhắn dài {seconds} giây. Anh chị gửi lời nhắn này nhé? Bấm một để gửi, bấm hai để ghi lại từ đầu ạ."
)
MESSAGE_ANEW = "Dạ, anh chị nói lại từ đầu sau tiếng bíp ạ."
MESSAGE_KEPT = "Dạ, em đã chuyển lời nhắn cho cán bộ. Em cảm ơn anh chị, em chào anh chị ạ."
PRESS_FOR_MESSAGE = "Nếu muốn để lại lời nhắn cho cán bộ, anh chị bấm hai ạ."
MISSED = "Dạ, em xin lỗi, các cán bộ đều đang bận nghe máy. Cán bộ sẽ gọi lại cho anh chị {hours}."
MISSED_WITHOUT_NUMBER = "Dạ, em xin lỗi, các cán bộ đều đang bận nghe máy. Anh chị gọi lại sau ít phút giúp em."
NO_CALL_BACK = "Dạ vâng. " + ANYTHING_ELSE
GOODBYE = "Dạ, em cảm ơn anh chị. Em chào anh chị ạ."
SLOWER = "Dạ, em nói chậm lại ạ. "
UNAVAILABLE = "Dạ, em xin lỗi, hệ thống đang bận. Anh chị nói lại sau ít giây, hoặc bấm phím không để gặp cán bộ ạ."
_ALL_BUSY = "Dạ, tổng đài Một Cửa xin nghe. Hiện các đường dây đều bận."
_EMERGENCY = "Trường hợp khẩn cấp, anh chị gọi một một ba, một một bốn hoặc một một năm."
BUSY = f"{_ALL_BUSY} Anh chị bấm một để cán bộ gọi lại vào số này {{hours}}, hoặc gọi lại sau ít phút ạ. {_EMERGENCY}"
FULL = f"{_ALL_BUSY} Anh chị bấm một để cán bộ gọi lại vào số này, hoặc gọi lại sau ít phút ạ. {_EMERGENCY}"
FULL_WITHOUT_NUMBER = f"{_ALL_BUSY} Anh chị gọi lại sau ít phút giúp em ạ. {_EMERGENCY}"
FULL_NOT_NOTED = "Dạ, em xin lỗi, em chưa ghi được lịch gọi lại. Anh chị gọi lại sau ít phút giúp em ạ."
CALL_BACK_OVERDUE = "Dạ, số máy này đã có trong danh sách gọi lại. Cán bộ gọi cho anh chị sớm nhất có thể ạ."
BUSY_WITHOUT_NUMBER = "Dạ, em không thấy số máy của anh chị. Anh chị gọi lại sau ít phút giúp em ạ."
PROMPTS = {
    "dossier_code": (
        "Dạ, anh chị cho em xin mã hồ sơ trên giấy hẹn ạ: bấm các chữ số trên điện thoại rồi bấm phím thăng,"
        " hoặc đọc từng số."
    ),
    "dossier_digits": (
        "Dạ, để bảo vệ thông tin của anh chị, anh chị bấm giúp em bốn số cuối của số điện thoại hoặc số căn cước"
        " đã khai trong hồ sơ ạ."
    ),
    "tracking_code": "Dạ, anh chị đọc giúp em mã phản ánh, từng chữ và từng số ạ.",
    "feedback_where": (
        "Dạ, việc này ở đâu ạ? Anh chị nói giúp em số nhà, tên đường, xã hoặc phường, và tỉnh, thành phố."
    ),
    "feedback_when": "Dạ, việc xảy ra khi nào ạ: đang diễn ra, hôm nay, hay anh chị không nhớ rõ?",
    "feedback_contact": (
        "Dạ, anh chị bấm số điện thoại để cơ quan trả lời, rồi bấm phím thăng; nếu không muốn nêu,"
        " anh chị nói: ẩn danh."
    ),
}
"""What is asked for by telephone in place of the written question of the form's slot."""
