import hashlib
import unittest

import runtime

p256, jwt = runtime.load("p256", "jwt")

# RFC 6979 §A.2.5: the key, and its signatures of "sample" and "test" with SHA-256
KEY = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
SAMPLE = (
    0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
    0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
)
TEST = (
    0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
    0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
)


def hashed(text):
    return hashlib.sha256(text.encode()).digest()


class Verify(unittest.TestCase):
    def test_signatures_of_the_rfc(self):
        self.assertTrue(p256.is_signed(KEY, hashed("sample"), SAMPLE))
        self.assertTrue(p256.is_signed(KEY, hashed("test"), TEST))

    def test_others(self):
        r, s = SAMPLE
        for point, text, pair in [
            (KEY, "test", SAMPLE),
            (KEY, "sample", TEST),
            (KEY, "sample", (s, r)),
            (KEY, "sample", (r, s + p256.N)),
            (KEY, "sample", (r + p256.N, s)),
            (KEY, "sample", (0, s)),
            (KEY, "sample", (r, 0)),
            (KEY, "sample", (p256.N, s)),
            ((KEY[0], KEY[1] ^ 1), "sample", SAMPLE),
            ((0, 0), "sample", SAMPLE),
            ((KEY[0] + p256.P, KEY[1]), "sample", SAMPLE),
            (p256.G, "sample", SAMPLE),
        ]:
            self.assertFalse(p256.is_signed(point, hashed(text), pair))

    def test_the_order_of_the_curve(self):
        self.assertEqual(p256._times(p256.N, (*p256.G, 1))[2], 0)
        self.assertEqual(p256._x(p256._times(p256.N - 1, (*p256.G, 1))), p256.G[0])


class Parts(unittest.TestCase):
    def test_what_is_too_long(self):
        with self.assertRaisesRegex(jwt.Invalid, "too long"):
            jwt.verify("x" * 20_000, "https://a.example.com", ["b"])

    def test_nobody_to_let_in(self):
        for issuer, audiences in [("", ["b"]), ("https://a.example.com", []), ("https://a.example.com", [""])]:
            with self.assertRaisesRegex(jwt.Invalid, "nobody says"):
                jwt.verify("a.b.c", issuer, audiences)

    def test_one_way_to_write_base64url(self):
        for text in ["", "a", "YQ==", "YR", "Y Q", "Y\nQ", "+w", "ü"]:
            with self.assertRaises(jwt.Invalid):
                jwt._decoded(text)
        self.assertEqual(jwt._decoded("-_8"), b"\xfb\xff")


if __name__ == "__main__":
    unittest.main()
