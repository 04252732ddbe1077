"""The HTML report as a template. Every value is escaped by the environment in html.py; nothing here is marked safe."""

PAGE = """\
{%- macro verdict(row) -%}
<span class="badge is-{{ row.verdict }}">{{ said(row) }}</span>
{%- if row.blocks and row.is_open %} <span class="badge is-fail">blocks</span>{% endif -%}
{%- endmacro -%}
{%- macro proof(one) -%}
{% if path_of(one) %}<code>{{ path_of(one) }}</code> {% endif %}{{ one.what }}
{%- if beside(one) %} <span class="soft">{{ beside(one) }}</span>{% endif %}
{%- endmacro -%}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>{{ title }}</h1>
<p class="answer {{ tone }}">{{ answer }}</p>
{% for note in report.notes %}
<p><strong>Note:</strong> {{ note }}</p>
{% endfor %}
<dl class="facts">
{% for name, value in facts %}
<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}
</dl>
<nav aria-label="Parts of this report">
<ul>
{% for id, name in parts %}
<li><a href="#{{ id }}">{{ name }}</a></li>
{% endfor %}
</ul>
</nav>
</header>
<main id="content" tabindex="-1">
<section aria-labelledby="state">
<h2 id="state">The state</h2>
{% if bars %}
<figure>
<svg viewBox="0 0 360 {{ bars | length * 24 }}" role="img" aria-labelledby="picture-title picture-text">
<title id="picture-title">The items of each phase, by verdict</title>
<desc id="picture-text">{% for bar in bars %}{{ bar.name }}: {{ bar.said }}. {% endfor %}</desc>
{% for bar in bars %}
<text x="0" y="{{ loop.index0 * 24 + 16 }}">{{ bar.label }}</text>
{% for piece in bar.pieces %}
<rect class="fill-{{ piece.verdict }}" x="{{ piece.at }}" y="{{ bar.top }}" width="{{ piece.size }}" \
height="16"/>
{% endfor %}
<text x="{{ bar.end }}" y="{{ loop.index0 * 24 + 16 }}">{{ bar.count }}</text>
{% endfor %}
</svg>
<figcaption>
<p class="soft">The number after each bar says how many of the items are not open.</p>
<ul class="key">
{% for verdict, means in key %}
<li><span class="is-{{ verdict }}"></span>{{ means }}</li>
{% endfor %}
</ul>
</figcaption>
</figure>
<details>
<summary>The same in numbers</summary>
<div class="wide" role="region" tabindex="0" aria-label="Table: Numbers by phase">
<table>
<thead><tr><th scope="col">Phase</th>{% for verdict, means in key %}<th scope="col" class="number">{{ means }}</th>\
{% endfor %}</tr></thead>
<tbody>
{% for bar in bars %}
<tr><th scope="row">{{ bar.name }}</th>{% for number in bar.numbers %}<td class="number">{{ number }}</td>\
{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
</div>
</details>
{% else %}
<p>There is nothing to show.</p>
{% endif %}
</section>
<section aria-labelledby="owed">
<h2 id="owed">Who owes what</h2>
{% for owner, rows in owed.items() %}
<h3>{{ owner }}: {{ rows | length }} open</h3>
<ul class="items">
{% for row in rows %}
<li>
<p><a href="#{{ anchor[row] }}">{{ row.id }}</a> {{ row.title }} {{ verdict(row) }}</p>
{% if row.verdict != "person" %}
{% for one in row.proofs[:3] %}
<p class="soft">{{ proof(one) }}</p>
{% endfor %}
{% endif %}
{% if row.next_step %}
<p>Next: {{ row.next_step }}</p>
{% endif %}
</li>
{% endfor %}
</ul>
{% else %}
<p>Nobody owes anything.</p>
{% endfor %}
</section>
{% if waivers %}
<section aria-labelledby="waivers">
<h2 id="waivers">Waivers</h2>
<div class="wide" role="region" tabindex="0" aria-label="Table: Waivers">
<table>
<thead><tr><th scope="col">Item</th><th scope="col">Until</th><th scope="col">Approved by</th>\
<th scope="col">Reason</th><th scope="col">Counts</th></tr></thead>
<tbody>
{% for row in waivers %}
<tr><th scope="row">{{ row.id }} {{ row.title }}</th><td>{{ row.waiver.until or "no day" }}</td>\
<td>{{ row.waiver.approver or "nobody" }}</td>\
<td>{{ "The reason is in the private record." if row.waiver.private else row.waiver.reason }}</td>\
<td>{{ "no" if row.is_open else "yes" }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% endif %}
{% if declared %}
<section aria-labelledby="declared">
<h2 id="declared">What somebody has declared</h2>
<p>For these items somebody's word stands, a sign-off or an answer. Nothing in the repository shows more.</p>
<div class="wide" role="region" tabindex="0" aria-label="Table: What somebody has declared">
<table>
<thead><tr><th scope="col">Item</th><th scope="col">Declared</th></tr></thead>
<tbody>
{% for row in declared %}
<tr><th scope="row">{{ row.id }} {{ row.title }}</th><td>{% for one in row.proofs if one.declared %}{{ proof(one) }}\
{% if not loop.last %}<br>{% endif %}{% endfor %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% endif %}
{% if report.health %}
<section aria-labelledby="health">
<h2 id="health">Health</h2>
<p>Measures by the definitions of CHAOSS, from git alone.</p>
<div class="wide" role="region" tabindex="0" aria-label="Table: Health">
<table>
<thead><tr><th scope="col">Measure</th><th scope="col">Value</th><th scope="col">Window</th>\
<th scope="col">Limits</th></tr></thead>
<tbody>
{% for metric in report.health %}
<tr><th scope="row">{{ metric.name }}</th><td>{{ measured(metric) }}</td><td>{{ metric.window }}</td>\
<td>{{ metric.limits }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% endif %}
<section aria-labelledby="items">
<h2 id="items">All items</h2>
{% for group, rows in groups.items() %}
<h3>{{ group or "Items" }}: {{ tally(rows) }}</h3>
{% for row in rows %}
<details id="{{ anchor[row] }}">
<summary><b>{{ row.id }}</b> {{ row.title }} {{ verdict(row) }}</summary>
<dl class="facts">
<dt>Owner</dt><dd>{{ row.owner or "the project" }}</dd>
<dt>{{ "Level" if report.standard else "Severity" }}</dt><dd>{{ row.severity }}</dd>
{% if row.stage %}
<dt>Stage</dt><dd>{{ row.stage }}</dd>
{% endif %}
{% if row.reason %}
<dt>Why it matters</dt><dd>{{ row.reason }}</dd>
{% endif %}
<dt>Evidence</dt><dd>{% for one in row.proofs %}{{ proof(one) }}{% if not loop.last %}<br>{% endif %}{% else %}none\
{% endfor %}</dd>
{% if row.waiver %}
<dt>Waiver</dt><dd>{{ said_of_waiver(row) }}</dd>
{% endif %}
{% if row.next_step %}
<dt>Next</dt><dd>{{ row.next_step }}</dd>
{% endif %}
</dl>
</details>
{% endfor %}
{% else %}
<p>No item applies.</p>
{% endfor %}
</section>
</main>
<footer>
<h2>How to read this</h2>
<p>What could not be looked at never counts as passed. What is marked “declared” rests on somebody's word alone. \
This report is the state of one commit on one day; it is no legal advice.</p>
</footer>
</body>
</html>
"""
