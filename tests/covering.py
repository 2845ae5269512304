"""Coverage and a compiler over the same code: numba compiles what was written, not what SlipCover made of it.

SlipCover marks each line with a call, which numba does not know; and what numba keeps on disk it finds again by the
code it has compiled. So each function's code is remembered before it is marked, and given to the compiler instead.
"""

from __future__ import annotations

from types import CodeType, FunctionType

Place = tuple[str, str, int]
_written: dict[Place, CodeType] = {}


def compile_as_written() -> None:
    """From now on; called before the product is loaded."""
    from numba.core import dispatcher
    from slipcover import slipcover

    mark, begin = slipcover.Slipcover.instrument, dispatcher.Dispatcher.__init__

    def marked(self, code, parent=None):
        if isinstance(code, CodeType) and parent is not None:
            _written.setdefault(_place(code), code)
        return mark(self, code, parent)

    def begun(self, py_func, *more, **named):
        begin(self, written(py_func), *more, **named)

    slipcover.Slipcover.instrument = marked
    dispatcher.Dispatcher.__init__ = begun


def written(function: FunctionType) -> FunctionType:
    """The function without marks; itself where it has none."""
    code = _written.get(_place(function.__code__))
    if code is None or code is function.__code__:
        return function
    found = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    found.__kwdefaults__, found.__qualname__ = function.__kwdefaults__, function.__qualname__
    found.__module__, found.__doc__ = function.__module__, function.__doc__
    found.__annotations__, found.__dict__ = function.__annotations__, function.__dict__
    return found


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno
