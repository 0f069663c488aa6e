import { at } from './random.ts'
import { parseTable } from './words.ts'

export type Mood = 'good' | 'fair' | 'bad'

interface Phrases {
  readonly titles: readonly string[]
  readonly sentences: readonly string[]
}

/** language | mood | titles | sentences (`;` between them) */
const PHRASE_TABLE = `
en | good | Love it; Exactly as described; Would buy again; Great value | Arrived quickly and well packed.; My family uses it every day.; Better than the one it replaces.; "Solid" is the word: nothing rattles.; Worth every cent.
en | fair | It's okay; Does the job; Mixed feelings | Does what it should, no more.; The colour isn't quite what I expected.; Good, but delivery took its time.
en | bad | Disappointed; Broke after a week; Not again | It stopped working on day five.; The parts don't fit together.; I've asked for my money back.; 100% not worth it.
de | good | Sehr zufrieden; Klare Empfehlung; Schönes Stück | Schnelle Lieferung, gute Qualität.; Genau das, was ich gesucht habe.; Läuft seit Monaten ohne Mühe.; Würde ich jederzeit wieder kaufen.
de | fair | Ganz in Ordnung; Geht so | Erfüllt seinen Zweck, mehr nicht.; Die Größe fällt etwas kleiner aus.; Für den Preis in Ordnung.
de | bad | Leider enttäuscht; Nie wieder | Nach einer Woche kaputtgegangen.; Die Verpackung war völlig zerdrückt.; Ich habe es zurückgeschickt.
fr | good | Très content; Parfait; Bel objet | Livraison rapide, très bien emballé.; C'est exactement ce que je cherchais.; Qualité au rendez-vous, même après l'été.
fr | fair | Correct; Sans plus | Ça fait l'affaire.; La couleur diffère un peu de la photo.
fr | bad | Déçue; À éviter | Cassé dès la première semaine.; Le produit reçu était abîmé.; J'ai demandé un remboursement.
es | good | ¡Me encanta!; Muy recomendable | Llegó antes de lo previsto.; Calidad excelente por este precio.; Ya he pedido otro para mi hermana.
es | fair | Normalito; Está bien | Cumple su función.; Esperaba algo más pequeño.
es | bad | No lo compréis; Mala calidad | Se rompió a los tres días.; ¿De verdad nadie lo revisa antes de enviarlo?
pl | good | Świetny zakup; Polecam | Szybka dostawa, wszystko zgodne z opisem.; Używam codziennie i jestem zadowolona.
pl | fair | Może być; Przeciętny | Działa, ale bez zachwytu.; Kolor trochę inny niż na zdjęciu.
pl | bad | Rozczarowanie; Nie polecam | Zepsuł się po tygodniu.; Odesłałem i czekam na zwrot pieniędzy.
sv | good | Mycket nöjd; Prisvärd | Snabb leverans och fin kvalitet.; Precis vad jag behövde på sjön.
sv | fair | Helt okej | Fungerar, men inget extra.; Något mindre än väntat.
sv | bad | Besviken | Gick sönder efter några dagar.; Jag har begärt pengarna åter.
nl | good | Erg blij mee; Aanrader | Snel geleverd en mooi afgewerkt.; Doet precies wat het moet doen.
nl | fair | Gaat wel | Prima, maar niet bijzonder.; Iets kleiner dan gedacht.
nl | bad | Teleurgesteld | Na een week al stuk.; Ik heb het teruggestuurd.
ja | good | 大満足です; 買ってよかった; 素晴らしい | 配送が早く、梱包も丁寧でした。; 毎日使っています。; 期待以上の品質です。
ja | fair | 普通です; まあまあ | 値段相応だと思います。; 色が写真と少し違いました。
ja | bad | 残念です; おすすめしません | 一週間で壊れました。; 返品しました。
`

/** By language and mood. */
export const REVIEW_WORDS: Readonly<Record<string, Record<Mood, Phrases>>> = readPhrases()

/** Among them sequences of several code points: a skin tone, a flag, a family. */
export const EMOJI: Record<Mood, readonly string[]> = {
  good: ['😀', '🎉', '👍🏽', '❤️', '🌟🌟🌟', '👨‍👩‍👧', '🇯🇵'],
  fair: ['🤔', '😐', '🤷🏻‍♀️'],
  bad: ['😞', '👎', '💔', '📦💥'],
}

function readPhrases(): Record<string, Record<Mood, Phrases>> {
  const none = { titles: [], sentences: [] }
  const phrases: Record<string, Record<Mood, Phrases>> = {}
  for (const cells of parseTable(PHRASE_TABLE)) {
    const moods = phrases[at(cells, 0)] ?? { good: none, fair: none, bad: none }
    const spoken = { titles: at(cells, 2).split('; '), sentences: at(cells, 3).split('; ') }
    phrases[at(cells, 0)] = { ...moods, [at(cells, 1)]: spoken }
  }
  return phrases
}
