"""Names that Dub invents for customers who have neither name nor e-mail."""

from random import Random

_WORDS = (  # adjectives, colours, animals
    "Able Amber Ancient Bold Brave Breezy Bright Calm Candid Cheerful Clever Cosmic Curious Daring Dazzling Distant"
    " Eager Early Elegant Fabled Famous Fancy Gentle Genuine Gifted Glad Golden Graceful Happy Hidden Honest Humble"
    " Jolly Keen Kind Lively Loyal Lucky Merry Mighty Modest Mutual Neat Noble Patient Playful Polite Proud Quaint"
    " Quick Quiet Rapid Rare Serene Silent Sincere Spatial Steady Sunny Swift Tender Tidy Tranquil Vivid Warm Wise"
    " Witty Zesty",
    "Apricot Aqua Azure Beige Black Blue Bronze Brown Coral Crimson Cyan Emerald Fuchsia Gold Gray Green Indigo Ivory"
    " Jade Lavender Lime Magenta Maroon Olive Orange Peach Pink Plum Purple Red Rose Salmon Scarlet Silver Tan Teal"
    " Turquoise Violet White Yellow",
    "Albatross Antelope Badger Beaver Bison Caribou Cat Condor Cougar Coyote Crane Crow Dolphin Eagle Falcon Ferret"
    " Finch Fox Gazelle Gecko Gull Hamster Hare Hawk Hedgehog Heron Hippo Ibis Jaguar Kingfisher Kiwi Koala Lark"
    " Lemur Leopard Lion Lynx Mackerel Magpie Mammoth Marmot Mole Mongoose Moose Newt Otter Owl Panda Parrotfish"
    " Peacock Pelican Porcupine Possum Quail Rabbit Raven Robin Salmon Seal Stork Swan Tern Tiger Turtle Walrus"
    " Weasel Whale Whippet Wolf Wombat Wren Yak Zebra",
)
_THREE_LISTS = tuple(words.split() for words in _WORDS)


def name_or_invented(name: str | None, email: str | None, rng: Random) -> str:
    """What Dub calls a customer: the name, else the e-mail, else something new each time."""
    return name or email or invented_name(rng)


def invented_name(rng: Random) -> str:
    """Three words, such as `Mutual Teal Leopard`."""
    return " ".join(rng.choice(words) for words in _THREE_LISTS)
