"use strict";
/**
 * Keys of the participants of workshops. The value of a key is chosen here and written down before the key exists, so that a run that
 * ends anywhere loses none; its alias, `<workshop>.<participant>`, and the hash of its value say which key it is. Source:
 * BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/key_management_endpoints.py.
 */
const { createHash, randomBytes } = require("node:crypto");

const { Refused, together } = require("./http.js");
const { given, sameList, workshopTeam } = require("./teams.js");

/** Keys of one page of `/key/list`: 10 by default, and 100 at most. */
const PAGE = 100;
/** Keys that are deleted with one request. */
const BATCH = 50;
/** Milliseconds by which the end of a key may differ: LiteLLM takes a duration, and counts it from when it is asked. */
const LATITUDE = 10 * 60_000;

const newValue = () => `sk-${randomBytes(20).toString("hex")}`;
/** What LiteLLM keeps of a key. */
const hashOf = (value) => createHash("sha256").update(value).digest("hex");
const aliasOf = (workshop, participant) => `${workshop}.${participant}`;

/** All keys of the proxy, whatever is created or deleted while they are read. */
async function readKeys(proxy) {
    const page = (n) => proxy("GET", `/key/list?return_full_object=true&size=${PAGE}&page=${n}`);
    const { keys = [], total_pages: pages = 1 } = await page(1);
    const others = await together(Array.from({ length: Math.max(pages - 1, 0) }, (_, i) => page(i + 2)));
    const all = [keys, ...others.map((other) => other.keys ?? [])].flat();
    return [...new Map(all.map((key) => [key.token, key])).values()];
}

/** The settings of a key, apart from its end. */
const settingsOf = (owner, workshop, participant) => ({
    key_alias: aliasOf(workshop.name, participant),
    team_id: workshopTeam(owner, workshop.name),
    models: workshop.models,
    max_budget: workshop.maxBudget ?? null,
    budget_duration: workshop.budgetDuration ?? null,
    tpm_limit: workshop.tpm ?? null,
    rpm_limit: workshop.rpm ?? null,
    metadata: { maas_owner: owner, maas_workshop: workshop.name, maas_participant: participant, maas_end: workshop.end },
});

/** Names of the settings in which a key differs; `end` alone is an extension. */
function differences(wanted, found) {
    const plain = ["team_id", "max_budget", "budget_duration", "tpm_limit", "rpm_limit"];
    const end = wanted.metadata.maas_end;
    const near = Math.abs(Date.parse(found.expires) - Date.parse(end)) <= LATITUDE;
    return [
        ...plain.filter((key) => (found[key] ?? null) !== wanted[key]),
        ...(sameList(wanted.models, found.models) ? [] : ["models"]),
        ...(found.metadata?.maas_end === end && near ? [] : ["end"]),
    ];
}

const durationUntil = (end) => `${Math.max(1, Math.ceil((Date.parse(end) - Date.now()) / 1000))}s`;

/** Deletes keys by their hashes; some or all may be gone. */
async function deleteKeys(proxy, tokens) {
    try {
        await proxy("POST", "/key/delete", { keys: tokens });
    } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) {
            throw error;
        }
    }
}

/** Creates a key of a chosen value; where its alias is taken, finds out by what. */
async function createKey(proxy, settings, value) {
    const request = () =>
        proxy("POST", "/key/generate", () => ({
            ...given(settings),
            key: value,
            duration: durationUntil(settings.metadata.maas_end),
        }));
    try {
        await request();
    } catch (error) {
        if (!(error instanceof Refused) || error.status !== 400 || !/already exists/i.test(error.said)) {
            throw error;
        }
        const alias = encodeURIComponent(settings.key_alias);
        const { keys = [] } = await proxy("GET", `/key/list?return_full_object=true&size=${PAGE}&key_alias=${alias}`);
        if (keys.some(({ token }) => token === hashOf(value))) {
            // Of a request whose answer was lost.
            await updateKey(proxy, settings, value);
            return;
        }
        const foreign = keys.find(({ metadata }) => metadata?.maas_owner !== settings.metadata.maas_owner);
        if (foreign !== undefined || keys.length === 0) {
            throw new Error(`alias ${settings.key_alias} belongs to a key that was not created here: rename or delete that one`);
        }
        await proxy("POST", "/key/delete", { key_aliases: [settings.key_alias] });
        await request();
    }
}

/** By its value, so that the proxy forgets what it has cached of the key. */
async function updateKey(proxy, { key_alias: _, ...settings }, value) {
    await proxy("POST", "/key/update", () => ({ ...settings, key: value, duration: durationUntil(settings.metadata.maas_end) }));
}

/**
 * What brings the keys of workshops in line.
 *
 * @param found all keys of the proxy
 * @param books by workshop: the values of the keys, by participant
 * @param now in ms
 */
function planKeys({ owner, workshops, cleanExpired }, found, books, now, proxy) {
    const own = found.filter(({ metadata }) => metadata?.maas_owner === owner && metadata.maas_workshop !== undefined);
    const byWorkshop = grouped(own);
    const actions = [];
    const inForce = new Map();
    for (const workshop of workshops) {
        const keys = byWorkshop.get(workshop.name) ?? [];
        byWorkshop.delete(workshop.name);
        const ended = Date.parse(workshop.end) <= now;
        const values = books.get(workshop.name) ?? {};
        const participants = new Set(ended ? [] : workshop.participants);
        const current = new Map();
        for (const key of keys) {
            const participant = key.metadata.maas_participant;
            const value = Object.hasOwn(values, participant) ? values[participant] : undefined;
            if (participants.has(participant) && value !== undefined && key.token === hashOf(value)) {
                current.set(participant, key);
            } else {
                const why = ended
                    ? "the workshop has ended"
                    : participants.has(participant)
                      ? "its value is lost"
                      : "left the list";
                actions.push(withdrawal(key, workshop.name, why));
            }
        }
        const held = new Set();
        inForce.set(workshop.name, held);
        for (const participant of participants) {
            const settings = settingsOf(owner, workshop, participant);
            const key = current.get(participant);
            const action = { what: "key", name: participant, workshop: workshop.name, team: settings.team_id };
            const done = () => held.add(participant);
            if (key === undefined) {
                const run = () => createKey(proxy, settings, books.get(workshop.name)[participant]).then(done);
                actions.push({ ...action, verb: "create", run });
                continue;
            }
            held.add(participant);
            const why = differences(settings, key);
            if (why.length > 0) {
                const extends_ = why.join() === "end" && Date.parse(settings.metadata.maas_end) >= Date.parse(key.expires);
                const run = () => updateKey(proxy, settings, values[participant]);
                actions.push({ ...action, verb: extends_ ? "extend" : "update", why: why.join(", "), run });
            }
        }
    }
    for (const [workshop, keys] of byWorkshop) {
        actions.push(...keys.map((key) => withdrawal(key, workshop, "the workshop was dropped")));
    }
    if (cleanExpired) {
        const ours = new Set(own);
        const expired = found.filter((key) => !ours.has(key) && key.expires != null && Date.parse(key.expires) < now);
        actions.push(...expired.map((key) => withdrawal(key, undefined, "expired")));
    }
    return { actions, inForce };
}

function grouped(keys) {
    const groups = new Map();
    keys.forEach((key) => {
        const name = key.metadata.maas_workshop;
        if (!groups.has(name)) {
            groups.set(name, []);
        }
        groups.get(name).push(key);
    });
    return groups;
}

const withdrawal = (key, workshop, why) => ({
    what: "key",
    verb: "withdraw",
    name: key.metadata?.maas_participant ?? key.key_alias ?? key.key_name ?? key.token.slice(0, 12),
    ...(workshop !== undefined && { workshop }),
    why,
    token: key.token,
});

/** Joins withdrawals, so that one request deletes many keys. */
function inBatches(actions, proxy) {
    const batches = [];
    for (let i = 0; i < actions.length; i += BATCH) {
        const some = actions.slice(i, i + BATCH);
        batches.push({
            actions: some,
            run: () =>
                deleteKeys(
                    proxy,
                    some.map(({ token }) => token),
                ),
        });
    }
    return batches;
}

module.exports = { hashOf, inBatches, newValue, planKeys, readKeys };
