"""The people of the invented workspace: scientists, artists and writers long gone, newest customer first."""

from typing import NamedTuple


class Person(NamedTuple):
    """Somebody, with an address under `.example` and a country where they are known."""

    name: str | None
    email: str | None
    country: str | None


_PEOPLE = """
Aryabhata|aryabhata@patna|IN
Charles Babbage|charles@difference|GB
関孝和|seki@edo|JP
Gottfried Leibniz|leibniz@hanover|DE
Caroline Herschel|caroline@slough|GB
Maria Agnesi|agnesi@milano|IT
Évariste Galois|evariste@bourglareine|FR
Niels Henrik Abel|niels@froland|NO
王貞儀|wang.zhenyi@nanjing|CN
René Descartes|rene@lahaye|FR
Tycho Brahe|tycho@hven|DK
Isaac Newton|isaac@woolsthorpe|GB
Bernhard Riemann|riemann@breselenz|DE
ابن الهيثم|alhazen@cairo|EG
Laura Bassi|laura@bologna|IT
Fibonacci|leonardo@pisa|IT
Pierre de Fermat|pierre@beaumont|FR
Ludwig Boltzmann|ludwig@vienna|AT
Nicole-Reine Lepaute|nicole@luxembourg|FR
Georg Cantor|cantor@halle|DE
Daniel Bernoulli|daniel@groningen|NL
Alexander von Humboldt|humboldt@berlin|DE
Mary Anning|anning@lyme|GB
Ἐρατοσθένης|eratosthenes@cyrene|GR
Ole Rømer|ole@aarhus|DK
Antonie van Leeuwenhoek|antonie@delft|NL
ثابت بن قرة|thabit@harran|TR
Christiaan Huygens|huygens@haag|NL
Elena Cornaro|elena@padua|IT
ब्रह्मगुप्त|brahmagupta@bhinmal|IN
James Watt|watt@greenock|GB
Jeanne Villepreux|jeanne@juillac|FR
William Rowan Hamilton|hamilton@dublin|IE
Maria Sibylla Merian|sibylla@frankfurt|DE
Nicolaus Copernicus|nicolaus@torun|PL
Felix Hausdorff|felix@bonn|DE
Hildegard von Bingen|hildegard@rupertsberg|DE
Artemisia Gentileschi|artemisia@roma|IT
Albrecht Dürer|albrecht@nuernberg|DE
清少納言|sei@heian|JP
Jane Austen|jane@chawton|GB
Михаил Ломоносов|lomonosov@holmogory|RU
Sor Juana Inés|juana@nepantla|MX
Machado de Assis|machado@cosmevelho|BR
שלמה אבן גבירול|gabirol@malaga|ES
Carl Linnaeus|carl@rashult|SE
Anna Atkins|anna@tonbridge|GB
신사임당|saimdang@gangneung|KR
Johannes Vermeer|vermeer@delft|NL
Giordano Bruno|bruno@nola|IT
Marie Curie|marie@sceaux|FR
สุนทรภู่|sunthorn@rayong|TH
Rosalba Carriera|rosalba@venezia|IT
Jan Amos Komenský|komensky@uherskybrod|CZ
Henrietta Leavitt|henrietta@lancaster|US
कालिदास|kalidasa@ujjain|IN
Ibn Battuta|battuta@tangier|MA
Emily Dickinson|emily@amherst|US
Christine de Pizan|christine@poissy|FR
Antoni Gaudí|antoni@reus|ES
李清照|li.qingzhao@jinan|CN
Alessandro Volta|volta@como|IT
Sojourner Truth|sojourner@ulster|US
Hryhorii Skovoroda|skovoroda@chornukhy|UA
Nikola Tesla|nikola@smiljan|HR
Fanny Mendelssohn|fanny@hamburg|DE
Srečko Kosovel|kosovel@sezana|SI
Al-Biruni|biruni@kath|UZ
Johann Sebastian Bach|bach@eisenach|DE
Clara Schumann|clara@leipzig|DE
İbrahim Müteferrika|ibrahim@cluj|TR
Berthe Morisot|berthe@bourges|FR
Ferdinand Magellan|magellan@sabrosa|PT
허준|heojun@yangcheon|KR
Ignaz Semmelweis|ignaz@buda|HU
Phillis Wheatley|phillis@boston|US
Александр Пушкин|pushkin@mikhailovskoye|RU
Mirza Ghalib|ghalib@agra|IN
Joseph Haydn|haydn@rohrau|AT
Elizabeth Fry|fry@norwich|GB
Katsushika Hokusai|hokusai@edo|JP
Harriet Tubman|harriet@dorchester|US
ابن سينا|avicenna@bukhara|UZ
Ludwig van Beethoven|beethoven@bonn|DE
Angelica Kauffman|angelica@chur|CH
Francisco Goya|goya@fuendetodos|ES
Aphra Behn|aphra@canterbury|GB
Simón Rodríguez|simon@caracas|VE
Wolfgang Amadeus Mozart|wolfgang@salzburg|AT
Edgar Allan Poe|edgar@baltimore|US
Olaudah Equiano|olaudah@essaka|NG
Frédéric Chopin|frederic@zelazowa|PL
Judith Leyster|judith@haarlem|NL
徐霞客|xu.xiake@jiangyin|CN
Vasco Núñez|vasco@jerez|ES
George Eliot|mary.ann@nuneaton|GB
Bartolomé Murillo|murillo@sevilla|ES
Adam Mickiewicz|adam@zaosie|LT
Louisa May Alcott|louisa@concord|US
Matteo Ricci|ricci@macerata|IT
רש״י|rashi@troyes|FR
Snorri Sturluson|snorri@reykholt|IS
Anne Lister|anne@shibden|GB
Luís de Camões|camoes@lisboa|PT
Matsuo Bashō|basho@iga|JP
Walter Raleigh|walter@hayes|GB
Rani Lakshmibai|lakshmibai@jhansi|IN
Nzinga Mbande|nzinga@ndongo|AO
Rembrandt van Rijn|rembrandt@leiden|NL
Mary Shelley|mary@somerstown|GB
Percy Shelley|percy@fieldplace|GB
Ada Negri|negri@lodi|IT
John Keats|keats@moorgate|GB
Henry Purcell|purcell@westminster|GB
Barbara Strozzi|strozzi@venezia|IT
Antonio Vivaldi|vivaldi@venezia|IT
Élisabeth Vigée Le Brun|vigee@paris|FR
Claudio Monteverdi|claudio@cremona|IT
ဦးပုည|upunnya@sale|MM
Sofonisba Anguissola|sofonisba@cremona|IT
Leonardo da Vinci|leonardo@anchiano|IT
Rosa Bonheur|rosa@bordeaux|FR
Michelangelo|michelangelo@caprese|IT
Lavinia Fontana|lavinia@bologna|IT
Raphael Sanzio|raphael@urbino|IT
杜甫|du.fu@gongyi|CN
William Blake|blake@soho|GB
Amalie Dietrich|amalie@siebenlehn|DE
Johann Wolfgang Goethe|goethe@weimar|DE
Bettina von Arnim|bettina@frankfurt|DE
Friedrich Schiller|friedrich@marbach|DE
Annette von Droste|annette@huelshoff|DE
Heinrich Heine|heine@duesseldorf|DE
Ida Pfeiffer|ida@vienna|AT
Georg Büchner|georg@goddelau|DE
Dorothea Erxleben|dorothea@quedlinburg|DE
Otto von Guericke|otto@magdeburg|DE
Tomás Luis de Victoria|tomas@avila|ES
Galileo Galilei|galileo@pisa|IT
Evangelista Torricelli|torricelli@faenza|IT
Suor Maria Celeste|celeste@arcetri|IT
Gerolamo Cardano|cardano@pavia|IT
Niccolò Tartaglia|tartaglia@brescia|IT
François Viète|viete@fontenay|FR
Marie Lavoisier|marie.anne@montbrison|FR
Pierre-Simon Laplace|laplace@beaumont|FR
Joseph Fourier|fourier@auxerre|FR
André-Marie Ampère|ampere@lyon|FR
Sadi Carnot|carnot@paris|FR
Louis Braille|braille@coupvray|FR
George Sand|aurore@nohant|FR
Victor Hugo|hugo@besancon|FR
Alexandre Dumas|dumas@villers|FR
Honoré de Balzac|balzac@tours|FR
Jules Verne|verne@nantes|FR
Claude Monet|monet@giverny|FR
Camille Claudel|claudel@fere|FR
Paul Cézanne|cezanne@aix|FR
Henri Rousseau|rousseau@laval|FR
Camille Saint-Saëns|camille@dieppe|FR
Lili Boulanger|lili@paris|FR
Georges Bizet|bizet@bougival|FR
Blaise de Vigenère|vigenere@saintpourcain|FR
Michael Faraday|faraday@newington|GB
James Clerk Maxwell|maxwell@glenlair|GB
Robert Hooke|hooke@freshwater|GB
Edmond Halley|halley@haggerston|GB
Humphry Davy|davy@penzance|GB
Elizabeth Blackwell|blackwell@bristol|GB
Joseph Priestley|priestley@birstall|GB
John Dalton|dalton@eaglesfield|GB
Charles Darwin|darwin@down|GB
Alfred Russel Wallace|wallace@usk|GB
Florence Nightingale|florence@embley|GB
George Boole|boole@cork|IE
Mary Everest Boole|mary.boole@wickwar|GB
Augustus De Morgan|demorgan@madurai|IN
Thomas Bayes|bayes@tunbridge|GB
John Napier|napier@merchiston|GB
David Hume|hume@chirnside|GB
Adam Smith|smith@kirkcaldy|GB
Robert Burns|burns@alloway|GB
Walter Scott|scott@abbotsford|GB
Jonathan Swift|swift@dublin|IE
Maria Edgeworth|maria@edgeworthstown|IE
Oscar Wilde|oscar@westland|IE
Bram Stoker|bram@clontarf|IE
Brontë & Sisters|hello@haworth|GB
William Shakespeare|will@stratford|GB
Christopher Marlowe|kit@canterbury|GB
Geoffrey Chaucer|geoffrey@kent|GB
Julian of Norwich|julian@norwich|GB
Roger Bacon|roger@ilchester|GB
Bede|bede@jarrow|GB
Benjamin Franklin|ben@philadelphia|US
Benjamin Banneker|banneker@ellicott|US
Margaret Fuller|margaret@cambridgeport|US
Herman Melville|herman@pittsfield|US
Walt Whitman|walt@huntington|US
Nathaniel Bowditch|bowditch@salem|US
Josiah Gibbs|gibbs@newhaven|US
Samuel Morse|morse@charlestown|US
Frederick Douglass|frederick@talbot|US
Mark Twain|sam@hannibal|US
Edmonia Lewis|edmonia@greenbush|US
Winslow Homer|homer@proutsneck|US
Mary Cassatt|cassatt@allegheny|US
Hans Christian Andersen|hans@odense|DK
Søren Kierkegaard|soren@copenhagen|DK
Hans Christian Ørsted|oersted@rudkobing|DK
Edvard Grieg|edvard@bergen|NO
Henrik Ibsen|henrik@skien|NO
Anders Celsius|celsius@uppsala|SE
Eva Ekeblad|eva@stora|SE
Alfred Nobel|alfred@stockholm|SE
Jöns Jacob Berzelius|jons@vaversunda|SE
Elias Lönnrot|elias@sammatti|FI
Jan Sniadecki|jan@znin|PL
Stanisława Przybyszewska|stanislawa@krakow|PL
Cyprian Norwid|cyprian@laskowo|PL
Bernard Bolzano|bolzano@praha|CZ
Božena Němcová|bozena@ceskaskalice|CZ
Antonín Dvořák|antonin@nelahozeves|CZ
Ferenc Liszt|liszt@raiding|HU
János Bolyai|bolyai@kolozsvar|RO
Taras Shevchenko|taras@moryntsi|UA
Дмитрий Менделеев|mendeleev@tobolsk|RU
Nikolai Lobachevsky|nikolai@kazan|RU
Пётр Чайковский|pyotr@votkinsk|RU
Марина Цветаева|marina@tarusa|RU
Rustaveli|shota@rustavi|GE
Sayat-Nova|sayat@tbilisi|AM
Evliya Çelebi|evliya@istanbul|TR
Mimar Sinan|sinan@agirnas|TR
جلال الدين الرومي|rumi@balkh|AF
حافظ شیرازی|hafez@shiraz|IR
ابن خلدون|khaldun@tunis|TN
مي زيادة|may@nazareth|LB
ابن رشد|averroes@cordoba|ES
יהודה הלוי|halevi@tudela|ES
משה בן מימון|rambam@fustat|EG
मीराबाई|mirabai@merta|IN
तुलसीदास|tulsidas@rajapur|IN
Madhava of Sangamagrama|madhava@kerala|IN
張衡|zhang.heng@nanyang|CN
沈括|shen.kuo@hangzhou|CN
郭守敬|guo@xingtai|CN
伊能忠敬|ino@sawara|JP
与謝野晶子|akiko@sakai|JP
葛飾応為|oi@edo|JP
장영실|yeongsil@dongnae|KR
정약용|dasan@namyangju|KR
Lê Quý Đôn|ledon@thaibinh|VN
José Rizal|rizal@calamba|PH
Inca Garcilaso|garcilaso@cusco|PE
Andrés Bello|andres@caracas|VE
José Martí|marti@habana|CU
"""

PEOPLE = tuple(
    Person(name, f"{address}.example", country)
    for name, address, country in (line.split("|") for line in _PEOPLE.strip().splitlines())
)
