import { at } from './random.ts'
import { list, parseTable } from './words.ts'

/** A kind of goods: a leaf of the category tree, and how it sells. */
export interface Leaf {
  /** From the department down to the leaf. */
  readonly path: readonly string[]
  readonly nouns: readonly string[]
  /** Whole euros. */
  readonly priceRange: readonly [number, number]
  /** Share of the sales in each month, January first. */
  readonly season: readonly number[]
  /** Per cent of normal demand in 2024, 2025 and 2026. */
  readonly trend: readonly number[]
  /** Share of all order lines. */
  readonly weight: number
}

const SEASONS: Record<string, readonly number[]> = {
  even: [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10],
  gift: [7, 7, 7, 8, 8, 7, 7, 7, 8, 10, 18, 26],
  spring: [3, 7, 20, 26, 22, 14, 8, 6, 5, 4, 2, 2],
  summer: [4, 5, 8, 12, 18, 24, 24, 16, 8, 5, 4, 5],
  school: [9, 7, 7, 7, 7, 7, 11, 24, 18, 9, 7, 6],
  winter: [18, 15, 10, 7, 4, 3, 3, 4, 8, 14, 18, 20],
}

/** path | nouns | price range | season | trend | weight */
const LEAF_TABLE = `
Electronics > Audio > Headphones | Over-ear headphones,In-ear headphones,Studio headphones,Sleep earbuds | 19-249 | gift | 100 110 125 | 9
Electronics > Audio > Speakers | Bookshelf speaker,Bluetooth speaker,Shower speaker,Soundbar | 24-399 | gift | 100 105 110 | 6
Electronics > Phone accessories | Phone case,Charging cable,Power bank,Car mount | 7-59 | even | 100 100 105 | 10
Electronics > Smart home | Smart plug,Motion sensor,Door chime,Smart bulb set | 12-129 | winter | 80 110 140 | 6
Media > Books | Cookbook,Travel guide,Crime novel,Picture book,Field guide | 8-45 | gift | 100 100 100 | 9
Media > Discs > Films on disc | Film box set,Documentary disc,Classic film disc | 9-39 | gift | 135 62 26 | 7
Media > Discs > Music on disc | Jazz disc,Chamber music disc,Pop anthology disc | 8-29 | gift | 125 65 22 | 6
Media > Vinyl records | Jazz record,Soundtrack record,Folk record | 18-49 | gift | 70 100 140 | 4
Kitchen > Cookware | Frying pan,Stock pot,Cast-iron casserole,Wok,Crêpe pan | 19-189 | winter | 100 100 100 | 7
Kitchen > Coffee and tea > Coffee | Espresso beans,Filter roast,Decaf beans,Crème roast | 7-29 | winter | 90 120 155 | 14
Kitchen > Coffee and tea > Tea | Green tea,Rooibos tea,Earl Grey tea,Sencha 煎茶 | 5-24 | winter | 100 105 110 | 8
Kitchen > Tableware | Dinner plate set,Pasta bowl,Glass carafe,Cutlery set | 12-149 | even | 100 95 95 | 5
Garden > Seeds and plants | Wildflower seeds,Tomato seeds,Herb starter set,Lavender plant | 3-19 | spring | 100 105 115 | 8
Garden > Garden tools | Hand trowel,Pruning shears,Watering can,Garden hose | 9-79 | spring | 100 100 100 | 6
Garden > Outdoor furniture | Folding chair,Bistro table,Sun lounger,Hammock | 35-349 | summer | 100 95 90 | 4
Sports > Cycling | Bicycle light,Pannier bag,Cycling gloves,Floor pump | 14-119 | summer | 90 105 120 | 6
Sports > Camping | Two-person tent,Sleeping bag,Camping stove,Head torch | 19-289 | summer | 100 110 115 | 6
Sports > Fitness | Yoga mat,Kettlebell,Resistance bands,Foam roller | 12-99 | winter | 110 100 95 | 5
Toys > Board games | Strategy game,Family game,Card game,Cooperative game | 12-69 | gift | 95 105 120 | 7
Toys > Puzzles | 500-piece puzzle,1000-piece puzzle,Wooden puzzle | 9-39 | gift | 100 100 95 | 4
Toys > Building sets | Marble run,Wooden blocks,Magnet tiles | 19-129 | gift | 100 105 110 | 5
Office > Paper and pens | Fountain pen,Notebook,Gel pen set,Sketch pad | 4-59 | school | 100 95 95 | 9
Office > Desks and chairs | Desk lamp,Office chair,Standing desk,Footrest | 29-499 | school | 110 95 85 | 3
Home > Lighting | Floor lamp,Pendant lamp,Night light,Table lamp | 15-219 | winter | 100 100 105 | 4
Home > Textiles | Wool blanket,Linen cushion,Bath towel set,Duvet cover | 14-139 | winter | 100 100 100 | 6
Home > Candles | Beeswax candle,Scented candle,Tea light box | 4-34 | gift | 100 110 115 | 6
`

export const LEAVES: readonly Leaf[] = parseTable(LEAF_TABLE).map((cells) => {
  const [low = 0, high = 0] = at(cells, 2).split('-').map(Number)
  return {
    path: at(cells, 0).split(' > '),
    nouns: list(at(cells, 1)),
    priceRange: [low, high],
    season: SEASONS[at(cells, 3)] ?? [],
    trend: at(cells, 4).split(' ').map(Number),
    weight: Number(at(cells, 5)),
  }
})

type Choices = Record<string, readonly (string | number | boolean)[]>

const COLOURS = list('moss,slate,ivory,terracotta,midnight blue,mustard')
const MATERIALS = list('oak,steel,linen,cork,glass,recycled plastic')

/** What the JSON column `products.attributes` holds, per department. */
export const ATTRIBUTES: Record<string, Choices> = {
  Electronics: { colour: COLOURS, warranty_months: [12, 24, 36], usb_c: [true, true, false] },
  Media: { language: list('en,de,fr,es,ja'), age_from: [0, 6, 12, 16] },
  Kitchen: { material: MATERIALS, dishwasher_safe: [true, false] },
  Garden: { hardy: [true, false], season: list('spring,summer,autumn') },
  Sports: { colour: COLOURS, size: list('S,M,L,XL'), waterproof: [true, false] },
  Toys: { players_max: [1, 2, 4, 6], age_from: [3, 6, 8, 12] },
  Office: { colour: COLOURS, material: MATERIALS },
  Home: { colour: COLOURS, material: MATERIALS, washable: [true, false] },
}
