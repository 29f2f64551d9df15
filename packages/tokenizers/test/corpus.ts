/** Text of many kinds, made up for this suite: languages, code, emoji, combining marks, both directions, controls, lone surrogates, long runs. */
export const corpus: string = `The quick brown fox jumps over the lazy dog. I've been there, haven't you? THEY'RE SHOUTING; it'll be 12345678 or 3.14159! (see "Figure 2-b") e-mail: a.b@c.de https://example.org/path?x=1&y=%20#z\n\n\tTabs\tand  double  spaces   and\r\nCRLF \n \n x   \n\n\n
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Ça va où naïve cœur façade élève. ¿Dónde está el niño? ¡Mañana! Příliš žluťoučký kůň úpěl ďábelské ódy.
Съешь же ещё этих мягких французских булок, да выпей чаю. Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ΟΔΥΣΣΕΥΣ Σ σς.
天地玄黃，宇宙洪荒。我能吞下玻璃而不伤身体。私はガラスを食べられます。それは私を傷つけません。カタカナー・テスト 。나는 유리를 먹을 수 있어요. 그래도 아프지 않아요
ฉันกินกระจกได้ แต่มันไม่ทำให้ฉันเจ็บ मैं काँच खा सकता हूँ और मुझे उससे कोई चोट नहीं पहुंचती. আমি কাঁচ খেতে পারি நான் கண்ணாடி சாப்பிடுவேன்
أنا قادر على أكل الزجاج و هذا لا يؤلمني. مَرْحَبًا אני יכול לאכול זכוכית וזה לא מזיק לי. שָׁלוֹם ١٢٣٤٥ ४५६ Ⅷ ½ ² ① 
function f(x){ return x<=1?1:x*f(x-1); } // comment\nconst s = \`\${a}\`; if (a && b || !c) { x += 1; } /* ... */ def __init__(self, **kwargs): pass\n    for i in range(10):\n        print(f"{i:>5}")\n#include <stdio.h>\nint main(void){printf("%d\\n",0);}\n<table><tr><td class="a">x</td></tr></table> {"key": [1, 2, {"a": null}]} SELECT * FROM t WHERE a='b';
😀😃 👨‍👩‍👧‍👦 🤦🏽‍♂️ 🇩🇪🇫🇷 ❤️ ☺︎ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 a\u0308\u0323 n\u0303 o\u0302\u0301 \u1e9b\u0323 ﬁ ﬂ Å \u212b ½ ㍿ ﷺ ｆｕｌｌｗｉｄｔｈ １２３ \u1100\u1161\u11a8 각 ǅ ŉ ß İ ı
\u0000\u0001\u0007\u001b\u007f\u0085\u00a0\u00ad\u200b\u200c\u200d\u200e\u2028\u2029\u202f\u205f\u3000\ufeff\ufffd\ud800x\udc00 \u{10ffff} \u{e000} '\u017f 'S 'LL 'd 'Ve 're 'M x'tY
don't DON'T we'LL l'été "'quoted'" ''s ''' 's's 'sx 'llama __under__score camelCaseWord PascalCase HTTPServer ABCdef aB Ab iPhone XMLHttpRequest2 Ǆabc ǅabc ʰabc ªº ﾊﾝｶｸ Ⅻ a\u0301B\u0301c ΑΒγδ АБвг 
Pijamalı hasta yağız şoföre çabucak güvendi. İSTANBUL'da ılık IŞIK. Tôi có thể ăn thủy tinh mà không hại gì. Đường phố Hà Nội, ngày 2 tháng 9.
მინას ვჭამ და არა მტკივა. Կրնամ ապակի ուտել և ինծի անհանգիստ չըներ։ ሰማይ አይታረስ ንጉሥ አይከሰስ። ཤེལ་སྒོ་ཟ་ནས་ང་ན་གི་མ་རེད། က္ယ္ဝန္‌တော္‌၊ ខ្ញុំអាចញុំកញ្ចក់បាន
Би шил идэй чадна. ᠪᠢ ᠰᠢᠯᠢ. ᚠᛇᚻ᛫ᛒᛦᚦ. ⠊⠀⠉⠁⠝ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝕬𝖇𝖈 𝟘𝟙𝟚 𐍈𐌰𐌿 𒀀𒁀 𓀀𓁐 𠀀𠮷𪜀 ꙮ ⅓ ⅷ ⑳ ㊗ ︎︙ ゛゜ ヿ ㇰ ㌀ 〒 々 ﹏ ¼₂³
L'année 1999–2024 : « 12 345,67 € » — soit 50 % ; n° 5… “curly” ‘quotes’ ‹x› „unten“ … † ‡ • ‰ ′ ″ ※ ⁂ ¡¿ £¥₹₿ ±×÷≠≤≥∞∑√∫ ←↑→↓⇒ ■□▲△◆◇ ♠♣♥♦ ☀☁☂ ✓✗ 〈〉《》「」『』【】〔〕
try:\n    value = data["key"][0]  # TODO: fix\nexcept (KeyError, IndexError) as e:\n    raise ValueError(f"bad {e!r}") from None\n\nlet v: Vec<u8> = (0..=255).map(|b| b as u8).collect(); assert_eq!(v.len(), 0x100);\n<div class='x' style="a:b;">&nbsp;&#39;</div>\n$ ls -la | grep "^d" && echo $?\n0x1F 1e-10 1_000_000 3.0f 42L 0b1010 #ff00aa @user ~/.config C:\\\\Temp\\\\x.txt
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ================================================== --------------- ........................ !!!!!!!!!!!!??????? \t\t\t\t\t\t\t\t            \n\n\n\n\n\n\n\n\n\n       x 1234567890123456789012345678901234567890 哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈 がががががががががが`;

export const corpusLines: readonly string[] = corpus.split("\n");

/** A number below `limit`, from a stream of numbers. */
export type Random = (limit: number) => number;

/** The same numbers for the same seed in every engine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const characters = [...new Set(corpus)];
const words = corpus.split(/(\s+)/);

/** A string of up to a dozen parts: words and characters of the corpus, runs, marks, and spelled special tokens. */
export function generateText(random: Random, specialTokens: readonly string[] = []): string {
  const pick = (list: readonly string[]) => list[random(list.length)] ?? "";
  const parts: readonly (() => string)[] = [
    () => pick(words),
    () => pick(words),
    () => pick(words),
    () => pick(characters),
    () => pick(characters),
    () => pick(characters),
    () => " ".repeat(1 + random(4)),
    () => "\n".repeat(1 + random(3)),
    () => String.fromCharCode(random(128)),
    () => pick(characters).repeat(1 + random(60)),
    () => (specialTokens.length > 0 ? pick(specialTokens) : "'s"),
    () => String.fromCharCode(0x300 + random(0x70)),
  ];
  let text = "";
  for (let count = 1 + random(12); count > 0; count -= 1) text += parts[random(parts.length)]?.() ?? "";
  return text;
}
