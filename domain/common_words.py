"""Words that name nobody by themselves, though many names contain them: "Water", "City", "Energy".

Words of the field, of trade and law, of places in general, and the frequent words of the languages spoken here, written
without accents. A name made of such words is hidden as a whole, never word by word. Homonyms are hidden where they
are written with a capital.
"""

from __future__ import annotations

_FIELD = """
water wasser vand vatten vann acqua aqua eau energy energie energi energia wind vind solar sol sonne sun hydro
hydrogen brint wasserstoff waterstof vatgas power kraft strom el electric electrical electricity elektro heat heating
warme varme warmte fjernvarme stadtwerke gas biogas oil ol olie bio biomass fuel fuels carbon climate klima klimaat
klimat green gron grun groen gronn blue bla blau blauw red white black grey clean ren rein rent schoon environment
environmental umwelt miljo milieu nature natur natuur eco oko recycling recycle waste affald abfall afval avfall
circular cirkular resource resources ressourcer raw material materials metal metals stahl stal staal steel aluminium
aluminum copper iron concrete beton cement betong plastic plastics plast kunststoff paper papir papier wood trae holz
hout glass glas textile textiles chemical chemicals chemie kemi kemikalier pharma medical health sundhed gesundheit
zorg food foods feed fodevarer lebensmittel voedsel mat brewery bryggeri brauerei brouwerij dairy mejeri molkerei
zuivel sugar sukker zucker suiker fish fisk fisch vis seafood agro agri farm farming landbrug landwirtschaft landbouw
jordbruk meat grain soil earth sea ocean marine maritime maritim offshore onshore harbour harbor havn hafen haven hamn
port ports shipping ship ships shipyard vaerft werft ferry ferries rail railway bahn bane spoor train transport
transports logistics logistik logistiek trafik traffic verkehr verkeer mobility mobilitat mobiliteit auto automotive
car cars bus road roads vej air airport lufthavn flughafen luchthaven aero space building buildings build byg bygg bau
bouw construction house housing bolig wohnen wonen home homes sewage spildevand abwasser avlopp utility utilities
forsyning versorgung network networks netz net netwerk grid smart sensor sensors pump pumps pumpe pumper pumpen filter
filters turbine turbines battery batteries batteri storage cable cables kabel machine machines maschinen maskin
maskiner motor motors robot robotics automation digital data software cloud cyber info information ict tele telecom
mobile tech technic technical technik teknik techniek technology technologies technologie teknologi teknologier
cleantech greentech engineering ingenieure ingenior engineer engineers electronics elektronik electro optics laser
light lighting lys licht control controls process processes processing sustainable sustainability baredygtig
nachhaltig duurzaam hallbar infrastructure packaging emballage verpackung verpakking cleaning rensning reinigung
rengoring artificial intelligence intelligent drone drones composite composites membrane membranes fibre fiber fibres
polymer polymers enzyme enzymes protein proteins foam coating coatings paint wax gasification digester sludge slam
manure fertiliser fertilizer crop crops forestry timber furniture fashion clothing tourism hotel retail media print
printing education training quantum photonics
"""

_TRADE = """
group gruppe gruppen gruppo groep koncern konzern holding holdings company companies corporation firm firma partner
partners partnership associates association verein verband forening forbund vereniging union federation alliance
consortium network cluster clusters centre center centrum zentrum institute institut instituut university universitat
universitet universiteit school skole schule college academy akademi research forskning forschung onderzoek laboratory
laboratories lab labs innovation innovations innovative development udvikling entwicklung ontwikkeling design service
services dienste diensten tjenester solution solutions losung losungen losninger oplossingen system systems systeme
systemer systemen product products produkt produkte produkter producten production produktion productie industry
industries industrie industri industrial industriel manufacturing factory fabrik fabriek fabrikk plant plants anlage
anlagen anlaeg works werk werke vaerk verk mill supply supplies supplier suppliers equipment components parts tools
trade trading handel commerce market markets marketing sales business consult consulting consultants consultancy
advice advisory management project projects projekt projekte projekter prosjekt projecten invest investment
investments capital kapital fund funds finance financial bank insurance venture ventures enterprise enterprises
startup start global world worldwide international internationale europe european euro national nation state staat
stat public general standard united royal first new ny neu neue nieuw next future fremtid zukunft toekomst modern
advanced premium plus pro best better good great big small old young high low top one two three open free fast quality
value vision life live living people person team member members core base basis central main inter intra multi mono
uni super max mini micro nano mega alpha beta gamma delta omega sigma test testing analysis security safety safe care
support help view point line lines link way ways area areas zone park parks field agency authority board council
ministry office department foundation stiftung stichting fond stiftelse trust society club brand brands label house
family sons brothers bros cooperative genossenschaft andel andels coop joint common mutual collective creative dynamic
active positive natural organic pure fresh original prime select choice perfect ideal total complete integrated
applied combined classic traditional special specialist specialists expert experts professional professionals master
masters leader leading logic concept concepts idea ideas edge bridge gate spring source sources root roots leaf tree
seed seeds star stars orbit horizon summit peak wave waves tide current drop stream cycle loop circle ring spiral
pulse spark flame fire ember ice snow rain cloud storm breeze shade crystal diamond gold silver bronze pearl amber
coral eagle falcon lion tiger bear wolf fox horse swan dolphin whale crown king queen castle tower shield anchor
compass rocket arrow orange apple lemon banana berry olive mint ginger honey lime cherry sense insight focus scope
spectrum matrix vector tensor pixel byte code signal wireless connect connected connection connections linked
"""

_PLACES = """
city cities by byen stadt stadte stad town village municipality kommune kommunen gemeinde gemeente region regional
regions county amt kreis land lands country countries province provincie district island islands insel o coast kust
kuste kyst bay fjord river lake valley mountain berg berge bjerg hill forest skov wald bos north northern nord
nordlich noord norr south southern sud syd zuid east eastern ost oost west western vest vast nordic nordisk nordische
scandinavia scandinavian skandinavisk skandinavien baltic denmark danish danmark dansk danske danisch danemark germany
german deutschland deutsch deutsche deutscher tyskland tysk netherlands dutch nederland nederlands nederlandse holland
sweden swedish sverige svensk svenska schweden norway norwegian norge norsk norske norwegen finland finnish suomi
iceland belgium belgian belgie france french poland polish polska england english britain british uk scotland scottish
ireland irish spain italy austria swiss switzerland estonia latvia lithuania usa america american asia china africa
refinery refineries raffinaderi raffinerie raffinaderij terminal terminals depot warehouse lager campus headquarters
hq office offices site sites yard yards mine mines quarry dam bridge station stations garage workshop hub house houses
court square street strasse gade gata straat quay pier dock docks shore border bank banks peninsula archipelago delta
estuary metro metropolitan urban rural local capital centre downtown
"""

_FREQUENT = """
the and for with from into that this these those are was were has have had will would can could may might must shall
not but all any each every some many more most other our your their its his her they them who what when where which
while about after before between during over under through without within across against also only than then there
here very such same both own per via use used using need needs want make made work working works time year years month
months day days week hour hours number part level rate cost costs price low high long short term large larger larges
small early late last least less right left set sets side place case cases form forms report reports result results
state plan plans planned planet planets action actions active activity order orders offer offers answer answers
question challenge challenges problem problems measure measured measures monitor monitoring detect detection remove
removal reduce reduced treat treated treatment clear surface surfaces pressure flow flows levels temperature sample
samples sampling chemical drinking pipe pipes tank tanks blade blades tower towers valve valves window windows wall
walls roof floor door doors stone stones stein sand mark art jan max rob bill grant miles dale faith hope joy grace
rose iris sky penny rich frank guy jack chip norm pat sue stern king young brown wood field ford bush hall ward cook
baker och att det som pa med av den har inte till ett om kan ska vi de er og at en
et til af vil ikke skal fra ved der die das und ist nicht ein eine mit von auf fur zu im dem des sich auch bei nach
aus wir sie werden wird sind kann het een van is op te dat niet zijn met voor aan naar bij uit wij wordt worden kunnen
deze dit als maar ook du la le les los dos del della di da y e i a o u it as on in or by to of up an be do go he if me
my no so us we able above according add added additional address again age almost along already although always among
amount amounts another available away back base become been began being believe below benefit benefits beyond bring
build built call called came care carry change changes check child choose close collect collected collection come
complete condition conditions consider contain contains continue continuous contract control copy correct cover create
current cut cycle damage date deal deep degree deliver depend describe detail details develop did different difficult
direct does done down draw drive dry due ease easy effect effective efficiency efficient either else emission
emissions end ends enough ensure enter entire equal error especially even ever everything exact example existing
expect expected experience express extra face fact fail failure fall far feel fill final find fine finish fit fix
follow following found frame front full function further gain gap general get give given goes going gone got ground
grow growth guide hand handle hard head hear held help hide hold hot however idea immediate important improve include
included including increase indicate individual inside instead interest issue item join joint just keep key kind know
known lack law lead learn leave length let letter light like likely limit limited line list little load local locate
look lose loss lost lot maintain main manage manner manual map mass match matter mean means meet mention method
methods mind minimum minute minutes miss mix model moment move moving much multiple name names near nearly necessary
never next night normal note nothing notice now object observe obtain occur often once ongoing operate operation
operations operator operators option options pack page pair pass past pattern pay period permit phase pick piece pilot
plain please plenty position possible post practice prepare present prevent previous prior private produce proper
protect prove provide provider public pull purpose push put quick quickly range rapid rather reach read ready real
reason receive recent record recover recovery region regular reject relate release relevant reliable remain remote
repair replace reply request require required requirement requirements rest return reuse reused review ride ring rise
risk role room round rule rules run running save scale scheme search season second section seek seeks select self sell
send separate series serious serve session several shape share sheet should show sign signal similar simple since
single size skill skills slow social solid solve soon sort sound speak special specific speed spend split spread
stable stage stand standards start station stay step steps still stop storage store story straight strong structure
study style subject success suitable sum supply sure switch table take taken talk target task teach tell ten tend text
thing things think third though thought threat tie tight together told tool tools topic total touch toward track trade
traditional train transfer travel trial trouble true trust try turn type types understand unit units unless until
unused upon upper useful user users usual valid value variable variety various vary verify version visit volume wait
walk warm warn wash watch weak wear weather weight well went wet whether whole wide wider width win wish word write
wrong yet yield invented example
"""

COMMON_WORDS: frozenset[str] = frozenset(f"{_FIELD} {_TRADE} {_PLACES} {_FREQUENT}".split())

_HOMONYMS = """
shell shells linde bayer bosch polo golf visa puma jaguar amazon oracle alphabet meta slack target shelling
bergen essen halle hallen hamm horn lund skive varde ringe hals struer moss hamar hammer stade celle hagen leer norden
kiel brake goes assen best huizen hoorn weert bath reading hull cork sandwich tours angers lahti salo boden vara nora
mora dorn lage werder nidda borken emmen venlo delft sneek bonn ulm trier laks hvide nibe hadsund rand mandal voss bode
smith miller mueller muller bauer schmidt schneider fischer weber becker koch meyer jager jaeger visser bakker mulder
bond berg dahl holm lang gross klein kaiser krause vogel zimmer keller schwarz weiss vogt winter sommer berger
"""
#: Names that are ordinary words of some language too: written with a capital they are the name, else the word.
HOMONYMS: frozenset[str] = frozenset(_HOMONYMS.split())
