/** Marks of Myanmar, Tai Tham and Ahom that Unicode's rules for clusters (UAX 29, SpacingMark) leave out: they do not join what they follow. */
export const aloneMarks =
  "\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083\u1087\u1088\u1089\u108a\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\u{11720}\u{11721}";
