"""The board as one self-contained page, which works without a network."""

import base64
import hashlib
from importlib.resources import files
from string import Template

from ising_bench.leaderboard import render
from ising_bench.leaderboard.board import Scored
from ising_bench.leaderboard.markup import in_html
from ising_bench.leaderboard.ranking import Ranked, Table

_SCALE = (0.84, 1.0)  # of the drawn intervals; what lies below is at the left edge
_WIDTH = 170


def page(board: list[Scored], flags: dict[str, list[str]]) -> str:
    """`leaderboard/index.html`: works without a network, and as plain tables without a script."""
    here = files("ising_bench") / "leaderboard"
    script = (here / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    all_tables = render.ordered(board)
    sections = [_section(i, table, flags) for i, table in enumerate(all_tables)]
    return Template((here / "page.html.template").read_text(encoding="utf-8")).substitute(
        script=script,
        script_hash=f"sha256-{digest}",
        introduction="".join(f"<p>{in_html(text)}</p>" for text in render.INTRODUCTION)
        + '<p>In each row the bar is the 95 % interval from 0.84 to 1, and the <span class="key">'
        "line</span> is the best score that any model can expect (a reference where the "
        "chains stop short of equilibrium).</p>",
        track_options=_options(dict.fromkeys(table.track for table in all_tables)),
        config_options=_options(dict.fromkeys(table.config for table in all_tables)),
        tables="\n".join(sections)
        + "".join(_listed(*means) for means in render.mean_lines(board).items())
        + _listed("Quoted from publications, made on other data", render.reported_lines(board))
        + _listed("Withdrawn or superseded", render.gone_lines(board)),
    )


def _listed(title: str, lines: list[str]) -> str:
    """The same in HTML."""
    if not lines:
        return ""
    items = "".join(f"<li>{in_html(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>"


def _options(names: dict[str, None]) -> str:
    return "".join(f'<option value="{in_html(n)}">{in_html(n)}</option>' for n in names)


_HEADS = (
    ("rank", "number"),
    ("entry", ""),
    ("macro-F1", "number"),
    ("95 % and best", ""),
    ("of best expected", "number wide"),
    ("KL", "number wide"),
    ("parameters", "number wide"),
)


def _section(index: int, table: Table, flags: dict[str, list[str]]) -> str:
    heads = "".join(
        f'<th scope="col" class="{css}"><button type="button">{name}</button></th>'
        if name != "95 % and best"
        else f'<th scope="col">{name}</th>'
        for name, css in _HEADS
    )
    rows = "".join(
        _row(f"d{index}-{i}", row, flags.get(str(row.scored.path), []))
        for i, row in enumerate(table.entries)
    )
    title = render.title(table)
    return (
        f'<section data-track="{in_html(table.track)}" data-config="{in_html(table.config)}" '
        f'aria-labelledby="h{index}"><h2 id="h{index}">{in_html(title)}</h2>'
        f"<p>Track {in_html(table.track)}: {in_html(render.TRACKS[table.track])}. "
        f"{in_html(' '.join(render.notes(table)))}</p>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></section>"
    )


def _row(identity: str, row: Ranked, flags: list[str]) -> str:
    scored = row.scored
    scores, name = scored.scores, in_html(scored.entry.name)
    assert scores is not None
    value, _, share, divergence, parameters = map(in_html, render.numbers(scored))
    mark = ' <span class="flag">flagged</span>' if flags else ""
    return (
        f'<tr><td class="number" data-value="{row.rank}">{row.rank}</td>'
        f'<td data-value="{name}"><button type="button" aria-expanded="false" '
        f'aria-controls="{identity}">{name}</button>{mark}</td>'
        f'<td class="number" data-value="{scores.macro_f1:.6f}">{value}</td>'
        f"<td>{_interval(scored)}</td>"
        f'<td class="number wide" data-value="{scores.share_of_ceiling:.6f}">{share}</td>'
        f'<td class="number wide" data-value="{max(scores.mean_kl, 0):.6f}">{divergence}</td>'
        f'<td class="number wide" data-value="{scored.entry.model.parameters or 0}">{parameters}'
        f'</td></tr><tr class="detail" id="{identity}" hidden><td colspan="{len(_HEADS)}">'
        f"{_detail(scored, flags)}</td></tr>"
    )


def _interval(scored: Scored) -> str:
    """A small drawing: interval, mean, and the ceiling as a line."""
    scores = scored.scores
    assert scores is not None

    def x(value: float) -> str:
        low, high = _SCALE
        return f"{_WIDTH * (min(max(value, low), high) - low) / (high - low):.1f}"

    low, high = scores.interval95
    label = f"{scores.macro_f1:.3f}, {low:.3f} to {high:.3f}, best expected {scores.ceiling:.3f}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} 18" role="img" aria-label="{in_html(label)}">'
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="9" y2="9"/>'
        f'<line class="interval" x1="{x(low)}" x2="{x(high)}" y1="9" y2="9"/>'
        f'<circle class="mean" cx="{x(scores.macro_f1)}" cy="9" r="4"/>'
        f'<line class="ceiling" x1="{x(scores.ceiling)}" x2="{x(scores.ceiling)}" y1="1" y2="17"/>'
        "</svg>"
    )


def _detail(scored: Scored, flags: list[str]) -> str:
    entry, scores = scored.entry, scored.scores
    assert scores is not None
    facts: dict[str, object] = {
        "model": entry.model.name,
        "family": entry.model.family,
        "description": entry.model.description,
        "authors": ", ".join(author.name for author in entry.authors),
        "licence": entry.license,
    }
    if entry.model.pretrained:
        facts["pretrained"] = f"{entry.model.pretrained.id} ({entry.model.pretrained.data})"
    if entry.model.code:
        facts["code"] = f"{entry.model.code.url} at {entry.model.code.commit}"
    if entry.model.paper:
        facts["paper"] = entry.model.paper
    if entry.data_use:
        facts["training images"] = entry.data_use.training_images
        facts["generated samples"] = entry.data_use.generated_samples
        facts["external data"] = entry.data_use.external_data or "none"
        facts["validation split"] = entry.data_use.validation
    if entry.environment:
        environment = entry.environment
        facts["environment"] = (
            f"Python {environment.python}, {environment.platform}, {environment.device}, "
            f"{environment.threads} threads, {environment.processes} processes, "
            + ", ".join(f"{name} {version}" for name, version in environment.packages.items())
        )
    items = "".join(f"<dt>{in_html(k)}</dt><dd>{in_html(v)}</dd>" for k, v in facts.items())
    odd = "".join(f'<p class="flag">{in_html(flag)}</p>' for flag in flags)
    return (
        f'{odd}<div class="parts"><div><h3>About</h3><dl>{items}</dl></div>'
        f"<div><h3>Trials</h3>{_trials(scored)}</div>"
        f"<div><h3>Confusion, all trials</h3>{_confusion(scored)}</div></div>"
    )


def _trials(scored: Scored) -> str:
    assert scored.scores is not None
    heads = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("seed", "macro-F1", "accuracy", "log-loss", "KL")
    )
    rows = []
    for trial, scores in zip(scored.entry.trials, scored.scores.trials, strict=True):
        seed = "none" if trial.seed is None else trial.seed
        cells = [seed, *(f"{v:.4f}" for v in (scores.macro_f1, scores.accuracy, scores.log_loss))]
        cells.append(f"{max(scores.mean_kl, 0):.4f}")
        rows.append(f"<tr>{''.join(f'<td class=number>{in_html(c)}</td>' for c in cells)}</tr>")
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _confusion(scored: Scored) -> str:
    assert scored.scores is not None
    names = scored.known.config.task.names
    heads = "".join(f'<th scope="col">{name}</th>' for name in ["true \\ said", *names])
    rows = []
    for k, name in enumerate(names):
        counts = [sum(t.confusion[k][j] for t in scored.scores.trials) for j in range(len(names))]
        cells = "".join(f'<td class="number">{count}</td>' for count in counts)
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
