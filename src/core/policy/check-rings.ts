import { fault, warning, type Finding } from './finding.ts';
import type { Policy } from './policy.ts';

/** Rings: named once, each released by a step, each unit in one place only. */
export function checkRings(policy: Policy): Finding[] {
  return [
    ...checkNames(policy),
    ...checkConditions(policy),
    ...checkUnits(policy),
    ...checkSteps(policy),
  ];
}

function checkNames({ rings, steps }: Policy): Finding[] {
  return rings.flatMap(({ name }, index) => {
    if (rings.findIndex((ring) => ring.name === name) < index) {
      return [fault(['rings', index, 'name'], `ring \`${name}\` is defined twice`)];
    }
    const released = steps.some((step) => step.kind === 'ring' && step.ring === name);
    return released
      ? []
      : [warning(['rings', index, 'name'], `no step releases ring \`${name}\`; it has no effect`)];
  });
}

/** A condition is about the columns of a table that must be named. */
function checkConditions({ rings, unit }: Policy): Finding[] {
  if (unit.from !== undefined) return [];
  return rings.flatMap(({ name, where }, index) => {
    if (where === undefined) return [];
    const message =
      `ring \`${name}\` asks for units by \`where\`, and nothing says where units are; ` +
      'write `unit: { from: { table: tenants, id: id } }`';
    return [fault(['rings', index, 'where'], message)];
  });
}

function checkUnits({ rings, pinned }: Policy): Finding[] {
  const places = new Map<string, string>();
  for (const unit of pinned.old) places.set(unit, 'pinned to the old side');
  const findings: Finding[] = [];
  for (const [index, { name, units }] of rings.entries()) {
    for (const [position, unit] of units.entries()) {
      const place = places.get(unit);
      if (place === undefined) places.set(unit, `in ring \`${name}\``);
      else {
        const message = `unit \`${unit}\` is already ${place}`;
        findings.push(fault(['rings', index, 'units', position], message));
      }
    }
  }
  return findings;
}

function checkSteps({ rings, steps }: Policy): Finding[] {
  const names = rings.map(({ name }) => name);
  return steps.flatMap((step, index) => {
    if (step.kind !== 'ring') return [];
    const at = ['steps', index, 'ring', 'name'];
    if (!names.includes(step.ring)) {
      const known = names.length === 0 ? 'none is defined' : `known: ${names.join(', ')}`;
      return [fault(at, `there is no ring \`${step.ring}\`; ${known}`)];
    }
    const first = steps.findIndex((other) => other.kind === 'ring' && other.ring === step.ring);
    return first < index ? [fault(at, `ring \`${step.ring}\` is released twice`)] : [];
  });
}
