# run    sets up and starts Film Room with embedded defaults and demo data
# test   sets up and runs the tests
# messages  brings locale/ up to date with what the sources say
# screenshots  sets up and pictures every state of the pages into screenshots/
# check  formatting, types, layers, schema, generated pages, deployment settings, documents, translations
.PHONY: run test screenshots check messages constraints
SHELL := /bin/sh
PY := .venv/bin/python
# The settings of a production process that is set up right; nothing is contacted.
DEPLOY := DEBUG=0 SECRET_KEY=check-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGH \
	SITE_URL=https://filmroom.example ALLOWED_HOSTS=filmroom.example \
	DATABASE_URL=postgres://filmroom@127.0.0.1/filmroom REDIS_URL=redis://127.0.0.1:6379/0 \
	AWS_S3_BUCKET=filmroom AWS_ACCESS_KEY_ID=check AWS_SECRET_ACCESS_KEY=check

run: .venv/run.stamp
	@exec $(PY) -m filmroom.embedded run

test: .venv/dev.stamp
	@exec $(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

screenshots: .venv/dev.stamp
	@exec $(PY) -m pytest -q tests/browser/screenshots.py tests/browser/screenshots_platforms.py $(ARGS)

check: .venv/dev.stamp
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(PY) manage.py recording_states --check
	.venv/bin/djlint --lint --quiet templates
	env $(DEPLOY) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest -q tests/house/test_docs.py tests/house/test_translations.py

messages: .venv/dev.stamp
	@$(PY) -m tools.messages

# Pin what the requirements bring along, as a clean machine resolves it today.
constraints:
	@folder=$$(mktemp -d) && trap 'rm -rf '$$folder EXIT && python=$$(sh tools/python) \
		&& $$python -m venv $$folder && $$folder/bin/pip install -q -r requirements-dev.txt \
		&& { echo "# Made by make constraints: what the requirements bring along, pinned."; \
			$$folder/bin/pip freeze; } > constraints.new && mv constraints.new constraints.txt

.venv/bin/python:
	@python=$$(sh tools/python) && rm -rf .venv && $$python -m venv .venv

.venv/run.stamp: requirements.txt constraints.txt | .venv/bin/python
	@sh tools/install requirements.txt && touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt constraints.txt | .venv/bin/python
	@sh tools/install requirements-dev.txt && touch $@ .venv/run.stamp
