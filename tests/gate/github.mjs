// Runs what GitHub would run: the shell steps of a workflow's jobs or of a composite action, with GitHub's own parser and evaluator of expressions.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { register } from 'node:module';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';

register('./json.mjs', import.meta.url);
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
const { parseAction } = await import('@actions/workflow-parser/actions/index');

/** The workflow as plain data; what GitHub would refuse of it is thrown. */
export function readWorkflow(content, name = 'workflow.yml') {
  return read(parseWorkflow({ name, content }, new NoOperationTraceWriter()), content);
}

/** The same for an action.yml. */
export function readAction(content, name = 'action.yml') {
  return read(parseAction({ name, content }, new NoOperationTraceWriter()), content);
}

function read(result, content) {
  const errors = result.context.errors.getErrors();
  if (errors.length > 0) throw new Error(errors.map((error) => error.message).join('\n'));
  return parse(content);
}

/**
 * The jobs of a workflow in order, each when those that it needs succeeded: `{status, jobs: {id: result}, log}`.
 * `github` is that context, with what stands for `steps` that use an action: they succeed, unless `broken` has their name.
 */
export function runWorkflow(workflow, { github, vars = {}, secrets = {}, env = {}, cwd, broken = [] }) {
  const results = {};
  let log = '';
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needs = [job.needs ?? []].flat();
    const context = { github, vars, secrets, inputs: {}, runner: { os: 'Linux', arch: 'X64' }, env: {} };
    const isReady = needs.every((need) => results[need] === 'success');
    if (!isReady || !condition(job.if, context, { failed: false })) {
      results[id] = 'skipped';
      continue;
    }
    const jobEnv = { ...evaluateAll(workflow.env, context), ...evaluateAll(job.env, context), ...env };
    const run = runSteps(job.steps, { context, env: jobEnv, cwd, broken, defaults: workflow.defaults?.run });
    results[id] = run.status;
    log += run.log;
  }
  const status = Object.values(results).includes('failure') ? 'failure' : 'success';
  return { status, jobs: results, log };
}

/** The steps of a composite action: `{status, outputs, ran, log}`. */
export function runAction(action, { github, inputs = {}, env = {}, cwd, broken = [], uses = {} }) {
  const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']));
  const context = { github, inputs: { ...defaults, ...inputs }, runner: { os: 'Linux', arch: 'X64' }, env };
  const run = runSteps(action.runs.steps, { context, env, cwd, broken, uses });
  const outputs = {};
  for (const [name, output] of Object.entries(action.outputs)) outputs[name] = evaluate(output.value, run.context);
  return { ...run, outputs };
}

function runSteps(steps, { context, env, cwd, broken, defaults = {}, uses = {} }) {
  const [state, ran] = [{ failed: false }, []];
  const now = { ...context, env, steps: {} };
  let log = '';
  for (const step of steps) {
    const name = step.name ?? step.uses;
    const stepEnv = { ...env, ...evaluateAll(step.env, now) };
    const done = { outcome: 'skipped', conclusion: 'skipped', outputs: {} };
    if (condition(step.if, { ...now, env: stepEnv }, state)) {
      const fails = step.uses ? broken.includes(name) : !shell(step, { now, stepEnv, cwd, defaults, done, tell: (text) => (log += text) });
      if (step.uses) done.outputs = uses[name] ?? {};
      ran.push(name);
      done.outcome = fails ? 'failure' : 'success';
      done.conclusion = fails && step['continue-on-error'] !== true ? 'failure' : 'success';
      state.failed ||= done.conclusion === 'failure';
    }
    if (step.id) now.steps[step.id] = done;
  }
  return { status: state.failed ? 'failure' : 'success', ran, log, context: now };
}

/** As GitHub starts bash for `shell: bash`. */
function shell(step, { now, stepEnv, cwd, defaults, done, tell }) {
  const folder = path.join(cwd, evaluate(step['working-directory'] ?? defaults['working-directory'] ?? '.', now));
  const output = path.join(fs.mkdtempSync(path.join(process.env.GATE_TMP, 'output-')), 'output');
  fs.writeFileSync(output, '');
  const script = evaluate(step.run, { ...now, env: stepEnv });
  const run = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, ...stepEnv, GITHUB_OUTPUT: output },
    encoding: 'utf8',
  });
  if (run.error) throw run.error;
  tell(run.stdout + run.stderr);
  for (const line of fs.readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
    const [key, ...value] = line.split('=');
    done.outputs[key] = value.join('=');
  }
  return run.status === 0;
}

/** Without a status function in it a condition holds only while nothing failed. */
function condition(text, context, state) {
  const source = String(text ?? 'success()').replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const isStatus = /\b(success|failure|always|cancelled)\s*\(/.test(source);
  const holds = expression(source, context, state).coerceString();
  return (isStatus || !state.failed) && !['false', '', '0'].includes(holds);
}

function evaluateAll(values = {}, context) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, evaluate(value, context)]));
}

function evaluate(text, context) {
  return String(text ?? '').replace(/\$\{\{(.*?)\}\}/gs, (_, source) => expression(source, context).coerceString());
}

function expression(source, context, state = { failed: false }) {
  const status = { success: !state.failed, failure: state.failed, always: true, cancelled: false };
  const functions = Object.entries(status).map(([name, value]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }));
  const { tokens } = new Lexer(source.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(context), functions).parse();
  return new Evaluator(parsed, toData(context), new Map(functions.map((f) => [f.name, f]))).evaluate();
}

function toData(value) {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value !== 'object') return new data.StringData(String(value));
  return new data.Dictionary(...Object.entries(value).map(([key, inner]) => ({ key, value: toData(inner) })));
}
