"""Writing a title into a sound file: an ID3 2.3 tag in front of the frames."""


def tagged(sound, title, album):
    """The sound with a new tag; an old one at its beginning is replaced."""
    frames = frame(b"TIT2", title) + frame(b"TALB", album)
    return b"ID3\x03\x00\x00" + sevens(len(frames)) + frames + without_tag(sound)


def frame(name, text):
    # Encoding 1 is UTF-16 with a byte order mark, which every player reads.
    content = b"\x01" + text.encode("utf-16")
    return name + len(content).to_bytes(4, "big") + b"\x00\x00" + content


def without_tag(sound):
    if sound[:3] != b"ID3" or len(sound) < 10:
        return sound
    size = sum((byte & 0x7F) << shift for byte, shift in zip(sound[6:10], (21, 14, 7, 0)))
    return sound[10 + size :]


def sevens(number):
    """A size as ID3 writes it: four bytes of seven bits."""
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))
