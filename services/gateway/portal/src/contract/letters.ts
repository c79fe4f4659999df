/** Written by `python -m tools.encoding`, from services/carriers/encoding.py. */

export const GSM7 = "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0";
export const EXTENSION = "^{}\\[~]|\u20ac\f";
export const LIMITS = { gsm7: [160, 153], ucs2: [70, 67] } as const;
/** A plain letter, and what looks like it. */
export const LOOK_ALIKES: [string, string][] = [
  ["\"", "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u301d\u301e"],
  ["'", "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd`\u00b4"],
  ["-", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63"],
  ["...", "\u2026"],
  ["<", "\u2039"],
  [">", "\u203a"],
  ["*", "\u2022\u2217"],
  ["/", "\u2044\u2215"],
  [" ", "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"],
  ["\n", "\u0085\u2028\u2029\u000b"],
  ["", "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"],
];
export const CLINGING = /^[\p{M}\u{1160}-\u{11ff}\u{200d}-\u{200d}\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
export const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]/u;
