"""ECDSA verification on P-256 (FIPS 186-5 §6.4.2, SP 800-186 §3.2.1.3).

It computes with public values only, so that the time it takes tells nothing."""

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def is_signed(point, digest, pair):
    """Whether the key at `point` signed the digest with the pair (r, s)."""
    r, s = pair
    if not (is_on_curve(point) and 1 <= r < N and 1 <= s < N):
        return False
    inverse = pow(s, -1, N)
    one, two = int.from_bytes(digest, "big") * inverse % N, r * inverse % N
    sum = _add(_times(one, (*G, 1)), _times(two, (*point, 1)))
    return sum[2] != 0 and _x(sum) % N == r


def is_on_curve(point):
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


# Points are Jacobian: (X, Y, Z) stands for (X/Z², Y/Z³), and Z = 0 for the point at infinity.


def _times(count, point):
    sum = (1, 1, 0)
    for bit in bin(count)[2:]:
        sum = _double(sum)
        if bit == "1":
            sum = _add(sum, point)
    return sum


def _double(point):
    x, y, z = point
    if z == 0 or y == 0:
        return (1, 1, 0)
    square, zz = y * y % P, z * z % P
    s = 4 * x * square % P
    m = 3 * (x - zz) * (x + zz) % P
    u = (m * m - 2 * s) % P
    return u, (m * (s - u) - 8 * square * square) % P, 2 * y * z % P


def _add(left, right):
    if left[2] == 0 or right[2] == 0:
        return right if left[2] == 0 else left
    (x1, y1, z1), (x2, y2, z2) = left, right
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2, s1, s2 = x1 * zz2 % P, x2 * zz1 % P, y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    if h == 0:
        return _double(left) if r == 0 else (1, 1, 0)
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, h * z1 * z2 % P


def _x(point):
    inverse = pow(point[2], -1, P)
    return point[0] * inverse * inverse % P
