"""How an expression fails: the codes of JSONata's reference implementation, and a sentence for each."""

from typing import Any, Final

MESSAGES: Final = {
    "S0101": "a text isn't closed with its quote",
    "S0102": "the number {token} is out of range",
    "S0103": "\\{token} is no escape sequence",
    "S0104": "\\u is followed by four hexadecimal digits",
    "S0105": "a name isn't closed with its backquote",
    "S0106": "a comment isn't closed",
    "S0201": "{token!r} is not expected here",
    "S0202": "{value!r} is expected, not {token!r}",
    "S0203": "{value!r} is expected before the end",
    "S0204": "there is no operator {token!r}",
    "S0207": "the expression ends too early",
    "S0208": "parameter {value} of a function is a variable, beginning with $",
    "S0209": "a predicate can't follow a grouping",
    "S0210": "each step can have only one grouping",
    "S0211": "{token!r} stands between two values",
    "S0212": "on the left of := stands a variable, beginning with $",
    "S0213": "the value {value!r} can't be a step of a path",
    "S0214": "on the right of {token} stands a variable, beginning with $",
    "S0215": "a context variable comes before the predicates of a step",
    "S0216": "a context variable comes before the order-by of a step",
    "S0217": "there is no parent here that % could mean",
    "S0301": "a regular expression is not empty",
    "S0302": "a regular expression isn't closed with /",
    "S0303": "{message}",
    "S0401": "only functions and arrays have type parameters",
    "S0402": "a choice of types can't have type parameters",
    "S0901": "the expression is nested too deep",
    "S0902": "the expression is longer than {value} characters",
    "D1001": "the number {value} is out of range",
    "D1002": "{value} can't be negated: it is no number",
    "T1003": "the name of a member is a text, not {value}",
    "D1004": "the regular expression matches the empty text",
    "T1005": "{token} is no function; is ${token} meant?",
    "T1006": "Attempted to invoke a non-function",
    "T1007": "{token} is no function; is ${token} meant?",
    "T1008": "what is partially applied is no function",
    "D1009": "several names of one object are the same: {value}",
    "T1010": "a function for matching doesn't return what one has to",
    "D1011": "functions call one another too deep",
    "T0410": "argument {index} of function {token} is not what it takes",
    "T0411": "the context value is not what function {token} takes as its argument {index}",
    "T0412": "argument {index} of function {token} is an array of {type}",
    "T2001": "the left side of {token} is a number",
    "T2002": "the right side of {token} is a number",
    "T2003": "the left side of .. is a whole number",
    "T2004": "the right side of .. is a whole number",
    "T2006": "the right side of ~> is a function",
    "T2007": "{value} and {value2} can't be put in order: their types differ",
    "T2008": "order-by needs numbers or texts",
    "T2009": "{value} and {value2} can't be compared with {token}: their types differ",
    "T2010": "{token} compares numbers or texts",
    "T2011": "the update of a transformation is an object, not {value}",
    "T2012": "the deletion of a transformation is a text or an array of texts, not {value}",
    "D2014": "the range has too many items: {value}",
    "D3001": "Infinity and NaN are no text",
    "D3010": "what is to be replaced isn't empty",
    "D3011": "the limit of a replacement isn't negative",
    "D3012": "a match is replaced with a text",
    "D3020": "the limit of a split isn't negative",
    "D3030": "{value} can't be made a number",
    "D3040": "the limit of matches isn't negative",
    "D3050": "the function for reducing takes at least two arguments",
    "D3060": "{value} has no square root: it is negative",
    "D3061": "{value} to the power of {exp} is no number of JSON",
    "D3070": "without a function, only numbers or only texts are sorted",
    "D3080": "the picture has more than two parts",
    "D3081": "a part of the picture has more than one decimal separator",
    "D3082": "a part of the picture has more than one percent sign",
    "D3083": "a part of the picture has more than one per-mille sign",
    "D3084": "a part of the picture has both percent and per-mille",
    "D3085": "a part of the picture has no digit",
    "D3086": "a part of the picture has a passive character between active ones",
    "D3087": "a part of the picture has a grouping separator beside the decimal separator",
    "D3088": "the picture's integer part ends with a grouping separator",
    "D3089": "the picture has two grouping separators beside each other",
    "D3090": "the picture's integer part has an optional digit after a mandatory one",
    "D3091": "the picture's fractional part has a mandatory digit after an optional one",
    "D3092": "a picture with percent or per-mille has no exponent",
    "D3093": "the picture's exponent has digits only",
    "D3100": "the base is from 2 to 36, not {value}",
    "D3110": "{value} is no ISO 8601 timestamp",
    "D3130": "numbering with {value} is not known",
    "D3131": "the digits of a picture are of one kind",
    "D3132": "there is no component {value} in a picture of dates",
    "D3133": "{value} has no name; months and days have",
    "D3134": "a time zone has at most four digits",
    "D3135": "a ] is missing in the picture",
    "D3136": "the picture leaves out something that the timestamp needs",
    "D3137": "{message}",
    "D3138": "more than one value matches",
    "D3139": "no value matches",
    "D3140": "{value} can't be coded as part of a URL",
    "D3141": "{message}",
    "D9001": "$eval is not available",
    "D9002": "{message}",
    "D9011": "the expression takes too many steps",
    "D9012": "the expression makes too much text",
    "D9013": "the value is nested too deep",
}


class JsonataError(Exception):
    """An expression can't be read, or has no value; `position` is the offset in it, where known."""

    def __init__(self, code: str, *, position: int | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.position = position
        self.details = details

    def at(self, position: int | None, token: Any = None) -> "JsonataError":
        """The same with a place, where it has none."""
        if self.position is None:
            self.position = position
        if token is not None:
            self.details.setdefault("token", token)
        return self

    def __str__(self) -> str:
        details = {name: _shortened(value) for name, value in self.details.items()}
        return f"{self.code}: {MESSAGES[self.code].format_map(_Lenient(details))}"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _shortened(value: Any) -> Any:
    text = value if isinstance(value, str) else repr(value) if isinstance(value, float | bool) else str(value)
    return value if isinstance(value, int) else text if len(text) <= 100 else text[:100] + "…"
