"""A colour for each of 256 angles, in a circle: `twilight` of B. Bechtold, 2018 (CC0), in whole
numbers.

No two are alike, and a quarter turn apart no two look alike to any of the common kinds of colour
vision, as red and green of a wheel of hues do.
"""

from ising_bench.symbols import Colour

_TWILIGHT = """
e2d9e2 e1d9e2 e0d9e2 dfd9e1 ded9e1 dcd9e0 dbd8df d9d8de d7d7dd d5d6dc d3d6db d1d5da ced3d9
ccd2d8 c9d1d7 c7d0d5 c4ced4 c1cdd3 beccd2 bbcad1 b8c9d0 b5c7cf b2c6ce afc4cd acc2cc a9c1cb
a6bfca a3beca a0bcc9 9dbac8 9ab8c8 97b7c7 95b5c7 92b3c6 8fb1c6 8db0c5 8aaec5 88acc4 86aac4
84a8c4 81a6c3 7fa5c3 7da3c3 7ba1c2 799fc2 779dc2 769bc1 7499c1 7297c1 7195c0 6f93c0 6e91c0
6c8fbf 6b8dbf 6a8bbf 6989be 6887be 6785be 6683bd 6580bd 647ebc 647cbc 637abb 6278bb 6276ba
6173ba 6171b9 616fb9 606db8 606ab7 6068b6 6066b6 5f64b5 5f61b4 5f5fb3 5f5db2 5f5ab1 5f58b0
5f55af 5e53ae 5e51ad 5e4eab 5e4caa 5e49a9 5e47a7 5e45a6 5d42a4 5d40a2 5d3da1 5d3b9f 5c389d
5c369b 5c3499 5b3196 5b2f94 5a2d92 592a8f 59288d 58268a 572487 562284 552081 541e7e 531d7a
511b77 501a74 4f1970 4d176d 4c1669 4a1566 481563 47145f 45135c 431359 411256 401253 3e1150
3d114d 3b114a 3a1148 381145 371143 361141 34113f 33113d 32123b 31123a 301338 2f1436 301437
311337 331237 341238 351138 361139 381139 3a113a 3b113b 3d113c 3f123d 41123d 43123e 461240
481341 4a1342 4d1443 4f1444 521545 541546 571647 591648 5c1749 5f174a 61184b 64194b 67194c
691a4d 6c1b4e 6f1c4e 711d4f 741e4f 761f4f 792050 7b2150 7e2250 802350 832550 852650 872750
8a2950 8c2a50 8e2c50 902e50 922f50 943150 963350 983550 9a3750 9c3950 9e3b50 a03d50 a13f50
a34150 a54350 a64550 a84750 a94950 ab4b50 ac4d51 ae5051 af5251 b15452 b25652 b35953 b55b53
b65d54 b75f55 b86255 b96456 ba6657 bb6958 bc6b59 bd6e5a be705b bf725d c0755e c1775f c27a61
c27c63 c37f64 c48166 c58468 c5866a c6896c c68b6e c78e71 c89073 c89275 c99578 c9977b ca9a7d
ca9c80 cb9f83 cca186 cca389 cda68c cda88f ceab92 cfad96 cfaf99 d0b29c d1b4a0 d1b6a3 d2b8a7
d3baaa d4bdad d5bfb1 d6c1b4 d7c3b8 d8c5bb d8c7be d9c9c2 dacbc5 dbccc8 dccecb ddd0ce ddd1d1
ded3d3 dfd4d6 dfd5d8 e0d6da e0d7db e1d8dd e1d8df e2d9e0 e2d9e1
"""

COLOURS: tuple[Colour, ...] = tuple(
    (int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)) for text in _TWILIGHT.split()
)
