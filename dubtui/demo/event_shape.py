"""Events as they are served: nested records, and beside them the flat duplicates of older days."""

from random import Random

from dubtui.demo import javascript
from dubtui.demo.data import Link, Row
from dubtui.demo.events import Event
from dubtui.demo.names import name_or_invented

LINKS_MADE_AT = "2026-01-05T09:00:00.000Z"


def shown(event: Event, link: Link, workspace: str, *, customer: dict[str, object] | None = None) -> dict[str, object]:
    """The event in its kind's shape; a timeline of one customer leaves the customer out."""
    landing_url = f"{link['url']}{'&' if '?' in link['url'] else '?'}dub_id={event.click.id}"
    item: dict[str, object] = {
        "event": event.kind,
        "timestamp": javascript.date_text(event.at_ms),
        "click": _click(event, landing_url),
        "link": _link(link, event.customer, workspace),
    }
    if event.kind != "click":
        item |= {"eventId": f"{event.kind}_{event.click.id}_{event.number}", "eventName": event.name}
        item |= {"customer": customer} if customer else {}
        item |= {"metadata": event.metadata} if event.metadata else {}
    if event.kind == "sale":
        item |= _sale(event)
    return item | _flat(event, link, landing_url)


def shown_customer(row: Row, rng: Random) -> dict[str, object]:
    """The few fields of a customer that its events carry, with `""` in place of null."""
    return {
        "id": row["id"],
        "name": name_or_invented(row["name"], row["email"], rng),
        "email": row["email"] or "",
        "avatar": row["avatar"],
        "externalId": row["externalId"],
        "country": row["country"] or "",
        "createdAt": row["createdAt"],
    }


def shown_deleted(customer_id: str) -> dict[str, object]:
    """What stands in for a customer who is gone."""
    return {
        "id": customer_id,
        "name": "Deleted Customer",
        "email": "deleted@customer.com",
        "externalId": customer_id,
        "createdAt": "1970-01-01T00:00:00.000Z",
    }


def _sale(event: Event) -> dict[str, object]:
    by_stripe = event.customer["stripeCustomerId"] is not None
    invoice = f"in_{event.click.id}_{event.number}" if by_stripe else ""
    processor = "stripe" if by_stripe else "custom"
    return {
        "sale": {"amount": event.amount, "invoiceId": invoice, "paymentProcessor": processor, "currency": "usd"},
        "saleAmount": event.amount,
        "invoice_id": invoice,
        "payment_processor": processor,
    }


def _click(event: Event, url: str) -> dict[str, object]:
    click = event.click
    return {
        "id": click.id,
        "timestamp": javascript.iso(event.at_ms),
        "url": url,
        "country": click.place.country,
        "city": click.place.city,
        "region": click.place.region,
        "continent": click.place.continent,
        "device": click.device.device,
        "browser": click.device.browser,
        "os": click.device.os,
        "ua": "Mozilla/5.0 (invented)",
        "trigger": "link",
        "referer": click.referer,
        "refererUrl": click.referer,
        "qr": False,
        "ip": "",
    }


def _flat(event: Event, link: Link, url: str) -> dict[str, object]:
    click = event.click
    return {
        "click_id": click.id,
        "link_id": link["id"],
        "domain": link["domain"],
        "key": link["key"],
        "url": url,
        "continent": click.place.continent,
        "country": click.place.country,
        "city": click.place.city,
        "device": click.device.device,
        "browser": click.device.browser,
        "os": click.device.os,
        "qr": 0,
        "ip": "",
    }


def _link(link: Link, customer: Row, workspace: str) -> dict[str, object]:
    """The whole link object, of which only the few keys of `Link` are told apart here."""
    return {
        "id": link["id"],
        "domain": link["domain"],
        "key": link["key"],
        "url": link["url"],
        "trackConversion": False,
        "externalId": None,
        "tenantId": None,
        "programId": link["programId"],
        "partnerId": customer["partnerId"],
        "archived": False,
        **dict.fromkeys(("expiresAt", "expiredUrl", "disabledAt", "password")),
        "proxy": False,
        **dict.fromkeys(("title", "description", "image", "video")),
        "rewrite": False,
        "doIndex": False,
        **dict.fromkeys(("ios", "android", "geo")),
        "publicStats": False,
        "tags": [],
        "folderId": None,
        "comments": None,
        "shortLink": link["shortLink"],
        "qrCode": f"https://api.dub.co/qr?url={link['shortLink']}?qr=1",
        **dict.fromkeys(("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")),
        **dict.fromkeys(("testVariants", "testStartedAt", "testCompletedAt", "userId")),
        "workspaceId": workspace,
        **dict.fromkeys(("clicks", "leads", "conversions", "sales", "saleAmount"), 0),
        "lastClicked": None,
        "createdAt": LINKS_MADE_AT,
        "updatedAt": LINKS_MADE_AT,
        "tagId": None,
        "projectId": workspace,
        "webhookIds": [],
    }
