"""What may be sent as a file (DESIGN.md §6): kinds by a name's ending, and how much of it.

Said once for those who take files, judge them and tell clients. MB = 1,000,000 bytes.
"""

_OPEN_XML = "application/vnd.openxmlformats-officedocument."

#: Ending → what it promises. Text and zipped kinds have no signature: the ending chooses.
PROMISES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": f"{_OPEN_XML}wordprocessingml.document",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OPEN_XML}presentationml.presentation",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    "pages": "application/vnd.apple.pages",
    "numbers": "application/vnd.apple.numbers",
    "txt": "text/plain",
    "csv": "text/csv",
    "vcf": "text/vcard",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "amr": "audio/amr",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "mpeg": "video/mpeg",
}
#: Of a file as it is sent, after it was made small; of all files of a message; and their number.
MOST_FILE_BYTES = 2_000_000
MOST_MESSAGE_BYTES = 3_500_000
MOST_FILES = 10
#: Of a picture before it is made small: a telephone's largest; and what it is made to weigh.
MOST_PICTURE_BYTES = 25_000_000
PICTURE_BYTES = 600_000
#: What one request of an upload brings; memory is held for no more.
MOST_CHUNK_BYTES = 524_288
