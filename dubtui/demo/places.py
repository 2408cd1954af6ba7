"""Where invented clicks come from: a city for each country, and the devices that people have."""

from typing import NamedTuple


class Place(NamedTuple):
    """A city as the analytics name it."""

    country: str
    city: str
    region: str
    continent: str


class Device(NamedTuple):
    """What somebody clicked with."""

    device: str
    browser: str
    os: str


NOWHERE = Place("US", "San Francisco", "US-CA", "NA")
PLACES = {
    place.country: place
    for place in (
        NOWHERE,
        Place("AT", "Vienna", "AT-9", "EU"),
        Place("BR", "São Paulo", "BR-SP", "SA"),
        Place("CA", "Montreal", "CA-QC", "NA"),
        Place("CH", "Basel", "CH-BS", "EU"),
        Place("CN", "Nanjing", "CN-JS", "AS"),
        Place("CZ", "Prague", "CZ-10", "EU"),
        Place("DE", "Göttingen", "DE-NI", "EU"),
        Place("DK", "Copenhagen", "DK-84", "EU"),
        Place("EG", "Alexandria", "EG-ALX", "AF"),
        Place("ES", "Toledo", "ES-TO", "EU"),
        Place("FR", "Paris", "FR-IDF", "EU"),
        Place("GB", "London", "GB-ENG", "EU"),
        Place("GR", "Athens", "GR-I", "EU"),
        Place("IE", "Dublin", "IE-D", "EU"),
        Place("IL", "Haifa", "IL-HA", "AS"),
        Place("IN", "Chennai", "IN-TN", "AS"),
        Place("IQ", "Baghdad", "IQ-BG", "AS"),
        Place("IR", "Nishapur", "IR-09", "AS"),
        Place("IT", "Bologna", "IT-45", "EU"),
        Place("JP", "Kyōto", "JP-26", "AS"),
        Place("KR", "Seoul", "KR-11", "AS"),
        Place("MX", "Mexico City", "MX-CMX", "NA"),
        Place("NG", "Lagos", "NG-LA", "AF"),
        Place("NL", "Delft", "NL-ZH", "EU"),
        Place("NO", "Oslo", "NO-03", "EU"),
        Place("PL", "Toruń", "PL-04", "EU"),
        Place("RU", "Kazan", "RU-TA", "EU"),
        Place("SE", "Uppsala", "SE-C", "EU"),
        Place("TH", "Bangkok", "TH-10", "AS"),
        Place("TR", "Istanbul", "TR-34", "AS"),
    )
}

DEVICES = (
    Device("Desktop", "Firefox", "Linux"),
    Device("Desktop", "Chrome", "Mac OS"),
    Device("Desktop", "Chrome", "Windows"),
    Device("Desktop", "Safari", "Mac OS"),
    Device("Mobile", "Mobile Safari", "iOS"),
    Device("Mobile", "Chrome", "Android"),
)
REFERERS = ("(direct)", "(direct)", "letters.example", "news.example", "search.example", "almanac.example")
