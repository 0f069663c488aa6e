import { at, type Random } from './random.ts'

/** A country's words. Names are put together from parts, so nobody in the shop exists; `ä/ae` adds the spelling for e-mail addresses. */
export interface Region {
  readonly country: string
  /** Two-letter code of the language its customers review in. */
  readonly language: string
  /** Share of the customers. */
  readonly weight: number
  readonly given: readonly Word[]
  readonly familyStart: readonly Word[]
  readonly familyEnd: readonly Word[]
  readonly cities: readonly string[]
  /** `#` a digit, `@` a capital letter. */
  readonly postalCode: string
  /** `*` the street's name, `#` the house number. */
  readonly streetPattern: string
  readonly streets: readonly string[]
  readonly dialCode: string
}

interface Word {
  readonly text: string
  readonly ascii: string
}

export interface PersonName {
  readonly first: string
  readonly last: string
  /** Lower-case ASCII, `given.family`. */
  readonly mailbox: string
}

export function personName(random: Random, region: Region): PersonName {
  const given = random.pick(region.given)
  const start = random.pick(region.familyStart)
  const end = random.pick(region.familyEnd)
  return {
    first: given.text,
    last: start.text + end.text,
    mailbox: `${given.ascii}.${start.ascii}${end.ascii}`.toLowerCase().replace(/[^a-z.]/g, ''),
  }
}

/** Fills `#` with digits and `@` with capital letters. */
export function fillPattern(random: Random, pattern: string): string {
  const letters = 'ABCDEFGHJKLMNPRSTVWXY'
  return pattern.replace(/[#@]/g, (mark) =>
    mark === '#' ? String(random.int(0, 9)) : random.pick([...letters]),
  )
}

/** `_` a blank. country | language | weight | given names | family names: starts | ends | cities | postal code | street pattern | streets | dial code */
const REGION_TABLE = `
DE | de | 26 | Anna,Ben,Clara,Emil,Frieda,Greta,Hannes,Ida,Jonas,Käthe/kaethe,Leon,Mila,Nele,Oskar,Paula,Rolf,Sören/soeren,Ute | Linden,Hasel,Eich,Rosen,Wald,Birken,Mühl/muehl,Stein,Brück/brueck,Erlen | berg,bach,feld,mann,hof,thal,kamp,häuser/haeuser | Berlin,Hamburg,Köln,Leipzig,München,Bremen,Nürnberg | ##### | * # | Lindenstraße,Gartenweg,Schulstraße,Am Markt,Rosenweg,Mühlgasse,Waldstraße | +49
GB | en | 18 | Alice,Callum,Daisy,Edith,Finlay,George,Hattie,Isla,Jack,Maisie,Nigel,Olive,Poppy,Rhys,Siân/sian,Toby | Ash,Birch,Thorn,Hazel,Marl,Elder,Fen,Heather,Rook,Holly | ford,ley,ham,wick,combe,worth,by,stead | Bristol,Leeds,Glasgow,Cardiff,York,Norwich,Exeter | @@# #@@ | # * | Mill Lane,Church Road,Station Road,High Street,Orchard Close,Meadow View | +44
US | en | 16 | Ava,Brandon,Cora,Dylan,Ella,Grant,Hazel,Ivan,Jolene,Kyle,Luna,Mason,Nora,Owen,Ruby,Wyatt | Cedar,Maple,Copper,River,Stone,Oak,Prairie,Juniper,Aspen,Pine | son,field,wood,brook,land,man,crest,dale | Portland,Austin,Denver,Madison,Tucson,Albany,Boise | ##### | # * | Maple Avenue,Oak Street,Lake Drive,2nd Street,Sunset Boulevard,Hill Road | +1
FR | fr | 12 | Amélie/amelie,Bastien,Chloé/chloe,Damien,Élodie/elodie,Fabrice,Inès/ines,Jules,Léa/lea,Maël/mael,Noémie/noemie,Rémi/remi | Bel,Mont,Beau,Haute,Roche,Font,Clair,Val | mont,fort,rive,croix,ville,bois,lac,pré/pre | Lyon,Nantes,Lille,Toulouse,Rennes,Dijon | ##### | # * | rue des Lilas,avenue de la Gare,place du Marché,rue du Moulin,chemin des Vignes | +33
ES | es | 7 | Alba,Bruno,Carmen,Diego,Elena,Íñigo/inigo,Lucía/lucia,Marta,Nuria,Óscar/oscar,Pilar,Tomás/tomas | Monte,Villa,Torre,Fuente,Río/rio,Peña/pena,Campo,Vega | verde,alba,mar,nueva,flores,real,luna,blanca | Sevilla,Valencia,Bilbao,Granada,Málaga | ##### | *, # | Calle Mayor,Calle del Sol,Avenida del Mar,Plaza Nueva,Calle Olivo | +34
PL | pl | 6 | Agnieszka,Bartosz,Celina,Dawid,Ewa,Grażyna/grazyna,Jakub,Kinga,Łukasz/lukasz,Małgorzata/malgorzata,Paweł/pawel,Zofia | Brzoz,Dąbr/dabr,Lip,Kalin,Modrz,Wiśni/wisni,Jabł/jabl,Grab | owski,ecki,owicz,iński/inski,owiak,oń/on | Kraków,Gdańsk,Poznań,Łódź,Wrocław | ##-### | ul. * # | Lipowa,Polna,Słoneczna,Ogrodowa,Krótka | +48
SE | sv | 5 | Agnes,Björn/bjorn,Ebba,Filip,Göran/goran,Hedvig,Love,Måns/mans,Saga,Åsa/asa | Lind,Berg,Ek,Sjö/sjo,Strand,Blom,Alm,Hög/hog | qvist,ström/strom,gren,lund,dahl,man,holm,vik | Göteborg,Malmö,Uppsala,Umeå,Örebro | ### ## | * # | Storgatan,Kyrkvägen,Björkvägen,Skolgatan,Ängsvägen | +46
NL | nl | 6 | Anouk,Bram,Daan,Femke,Joost,Lieke,Maarten,Noor,Sanne,Teun | van_der_,ter_,van_,ten_ | Linden,Meer,Veen,Heide,Duin,Brug,Molen,Weide | Utrecht,Groningen,Haarlem,Breda,Zwolle | #### @@ | * # | Dorpsstraat,Molenweg,Kerkplein,Tulpenlaan,Havenkade | +31
JP | ja | 4 | 美咲/misaki,陽菜/hina,さくら/sakura,結衣/yui,大翔/hiroto,蓮/ren,健太/kenta,翔/sho | 森/mori,石/ishi,山/yama,松/matsu,川/kawa,藤/fuji | 本/moto,田/ta,原/hara,島/shima,沢/zawa,村/mura | 東京,大阪,札幌,福岡,京都 | ###-#### | *# | 桜町,本町,緑ヶ丘,中央,若葉台 | +81
`

export const REGIONS: readonly Region[] = parseTable(REGION_TABLE).map((cells) => ({
  country: at(cells, 0),
  language: at(cells, 1),
  weight: Number(at(cells, 2)),
  given: wordList(at(cells, 3)),
  familyStart: wordList(at(cells, 4)),
  familyEnd: wordList(at(cells, 5)),
  cities: list(at(cells, 6)),
  postalCode: at(cells, 7),
  streetPattern: at(cells, 8),
  streets: list(at(cells, 9)),
  dialCode: at(cells, 10),
}))

export const SUPPLIER_NAMES = list(
  'Nordwind,Blue Harbor,Kestrel,Alder & Ash,Quillfeather,Sonnenhof,Vela Nova,Peregrine,Ostrava,Tidewater,Café Lumière,Granit,' +
    'Silverbirch,Monsoon,Łąka,Fjordlys,Cobalt,Old Mill,Terracotta,Zephyr,Hinode,Redwood,Marigold,Tramontana,Lighthouse,' +
    'Basalt,Windrose,Polaris,Amberway,Juniper,Saltmarsh,Copperfield,Mistral,Evergreen,Papillon,Ironwood,Bramble,Sundial,Otter Creek,Meridian',
)
export const SUPPLIER_FORMS = list('Trading,Supply,Works,Imports,Manufacture,Goods')

const COMPANY_STARTS = list(
  'Acorn,Brightside,Crescent,Dovetail,Elmtree,Foxglove,Greystone,Harvest,Inkwell,Jigsaw,Keystone,Lantern,Millstone,Northgate,Oakhill,' +
    'Pinwheel,Quarry,Riverside,Stargazer,Treetop,Umbra,Violet,Wayfarer,Yellowbrick,Zenith,Archway,Bluebell,Cobblestone,Driftwood,Fernway',
)
const COMPANY_ENDS = list(
  'Bakery,Cafés,Consulting,Design,Dental,Hotels,Kindergarten,Logistics,Media,School,Studios,Yoga,Gardens,Theatre',
)
export const COMPANIES = COMPANY_STARTS.flatMap((start) => COMPANY_ENDS.map((end) => `${start} ${end}`))

export const BRANDS = list(
  'Velora,Kestrel,Nimbu,Orrin,Halden,Luma,Tarn,Bexo,Solvei,Mirelle,Fennick,Garrow,Ilex,Juna,Quill,Rondo,Stova,Umber,Wrenna,Yarrow',
)

export const TAGS = list(
  'gift idea,eco packaging,handmade,vegan,limited edition,made in Europe,family favourite,travel size,award winner,plastic free,' +
    'fair trade,new packaging,carbon neutral,lightweight,gift wrap,recycled,small batch,staff pick,clearance,web only,' +
    'bulk discount,refill,heirloom,日本製',
)

/** `a, b ,c` → `['a', 'b', 'c']`. */
export function list(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim())
}

/** Lines of cells between `|`; a cell keeps its text without the blanks around it. */
export function parseTable(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
}

function wordList(text: string): readonly Word[] {
  return text.split(',').map((item) => {
    const [spelled = '', ascii = spelled] = item.split('/')
    return { text: spelled.replaceAll('_', ' '), ascii }
  })
}
