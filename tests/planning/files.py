"""A small protocol and its ruleset, as somebody would write them."""

PROTOCOL = """\
code: short-stay
version: 2
title: {en: Short stay, sv: Kort vård}
product: some-cel
regions: [eu]
stages:
  - code: infusion
    title: Infusion
    starts_with: infusion
    ends_with: visit#last
activities:
  - code: infusion
    stage: infusion
    title: Infusion
    kind: treatment
    roll: exact
  - code: visit
    stage: infusion
    title: Visit
    kind: visit
    anchor: infusion
    offset: P28D
    window: {opens: -P3D, closes: P7D}
    not_before:
      - {anchor: infusion, offset: P27D, why: the blood tests need it}
    repeat: {count: 2, every: P30D}
    requires: [infusion]
    minutes: 45
    place: Clinic
    prepare: [Bring your card.]
    reminders:
      - {code: soon, kind: visit_soon, audience: patient, channel: email, offset_days: -3,
          at: 09:30, when: booked}
    source: Common practice
    confirm: true
  - code: driving_ends
    stage: infusion
    title: May drive
    kind: restriction
    anchor: infusion
    offset: {rule: driving_days}
    roll: exact
constraints:
  - earlier: infusion
    later: visit
    min: P20D
    max: P60D
    regions: [eu]
    why: the visit is in the second month at the latest
"""
RULESET = """\
product: some-cel
region: eu
rules:
  driving_days:
    - {days: 56, valid_from: 2018-01-01, valid_to: 2025-06-26, source: Old label}
    - {days: 14, valid_from: 2025-06-26, source: New label, confirm: true}
"""
