"""What APIs call the parts of paging, without case and punctuation."""

import re
from typing import Final

_OTHER: Final = re.compile(r"[^a-z0-9]+")

CURSORS: Final = (
    *("cursor", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken", "paginationtoken", "pagecursor"),
    *("nextcursor", "startcursor", "aftercursor", "cursortoken", "skiptoken", "nextpage", "scrollid", "marker"),
    *("nextmarker", "startmarker", "continue", "after", "exclusivestartkey", "bookmark", "position", "startkey"),
    *("continuation", "resumptiontoken", "syncpagetoken", "startingtoken", "starttoken"),
)
LAST_ITEMS: Final = ("startingafter", "afterid", "sinceid")
PAGES: Final = (
    *("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "pageid", "pagedpage", "pageoffset"),
    *("startpage", "p", "searchcriteriacurrentpage"),
)
OFFSETS: Final = (
    *("offset", "skip", "start", "startat", "startindex", "startposition", "firstresult", "startrow", "startrecord"),
    *("resultoffset", "skipcount", "from", "pagestart", "firstrow", "skiprecords"),
)
SIZES: Final = (
    *("perpage", "pagesize", "limit", "pagelimit", "top", "maxresults", "maxitems", "maxkeys", "maxpagesize", "size"),
    *("count", "rows", "take", "pagelength", "resultsperpage", "itemsperpage", "numresults", "maxrecords", "first"),
    *("pagecount", "max", "num", "number", "records", "maxsize", "resultlimit", "maxcount", "itemcount", "entries"),
    *(
        "hitsperpage",
        "recordsperpage",
        "pagesizelimit",
        "amount",
        "length",
        "n",
        "rowcount",
        "numbertoread",
        "searchcriteriapagesize",
    ),
)
NEXT_CURSORS: Final = (
    *("nextcursor", "nextpagetoken", "nexttoken", "continuationtoken", "nextmarker", "nextpagecursor", "endcursor"),
    *("paginationtoken", "nextcontinuationtoken", "nextpageid", "nextpagekey", "cursor", "next", "continue", "after"),
    *("nextpage", "pagetoken", "scrollid", "bookmark", "marker", "lastevaluatedkey", "continuation", "token"),
    *("nextposition", "nextstart", "skiptoken", "cursornext", "afterid"),
)
NEXT_URLS: Final = (
    *("nextlink", "odatanextlink", "next", "nexturl", "nextpageurl", "nextpage", "nextpageuri", "nexturi", "nexthref"),
    *("nextpagelink", "pagingnext"),
)
AROUND: Final = frozenset(
    {
        *("paging", "pagination", "meta", "metadata", "links", "link", "pageinfo", "page", "responsemetadata"),
        *(
            "cursors",
            "cursor",
            "responsemeta",
            "data",
            "result",
            "results",
            "pages",
            "info",
            "next",
            "pager",
            "response",
        ),
    }
)
"""Members in which the parts of paging stand."""
MORE: Final = ("hasmore", "hasnext", "hasnextpage", "more", "moreresults", "hasmoreitems", "istruncated", "morepages")
TOTALS: Final = (
    *("total", "totalcount", "totalresults", "totalitems", "totalsize", "totalrecords", "totalelements", "odatacount"),
    *("totalentries", "totalobjects", "recordcount", "totalhits", "resultcount", "numfound"),
)
LISTS: Final = (
    *("data", "items", "value", "results", "result", "values", "records", "entries", "list", "rows", "objects"),
    *("content", "elements", "collection", "resources", "hits", "entities"),
)


def plain(name: str) -> str:
    """A name as above: `$top`, `pageSize` and `page[size]` are `top`, `pagesize` and `pagesize`."""
    return _OTHER.sub("", name.lower())
