"use strict";
/**
 * Brings a LiteLLM proxy, the hand-outs of its workshops and the portal's list of models in line with a desired state. It may end
 * anywhere, also by `kill -9`: the next run ends the work, and no key is doubled or lost.
 */
const { filesOf } = require("./handout.js");
const { Refused, together } = require("./http.js");
const { inBatches, newValue, planKeys, readKeys } = require("./keys.js");
const { planModels, readModels } = require("./models.js");
const { planBudgets, planTeams, readBudgets, readTeams } = require("./teams.js");

/** Attempts to write a hand-out that somebody else writes as well. */
const WRITES = 5;

/** What an action is, without what carries it out. */
const told = ({ run: _, token: __, id: ___, team: ____, ...action }) => action;

/** A workshop with its end: as it stands, or counted from when it was first set up. */
function withEnd({ durationSeconds, ...workshop }, started, now) {
    const end = durationSeconds === undefined ? Date.parse(workshop.end) : Date.parse(started ?? now) + durationSeconds * 1000;
    return { ...workshop, end: new Date(end).toISOString() };
}

/**
 * Finds out what is to be done; changes nothing.
 *
 * @param desired what is to be: see types.ts
 * @param {{ proxy?: Function, store?: object, now?: Date, only?: "workshops" }} world without a proxy and a store, nothing is there yet
 */
async function plan(given, { proxy, store, now = new Date(), only } = {}) {
    const moment = now.toISOString();
    const whole = only === undefined;
    const desired = whole ? given : { ...given, models: [], budgets: [], cleanExpired: false };
    const [models, teams, budgets, keys, books] = await together([
        proxy === undefined || !whole ? new Map() : readModels(proxy),
        proxy === undefined ? new Map() : readTeams(proxy, desired),
        proxy === undefined || !whole ? new Map() : readBudgets(proxy, desired.owner),
        proxy === undefined ? [] : readKeys(proxy),
        store === undefined ? new Map() : store.list(),
    ]);
    const workshops = desired.workshops.map((workshop) => withEnd(workshop, books.get(workshop.name)?.started, moment));
    const state = { ...desired, workshops };
    const values = new Map([...books].map(([name, book]) => [name, book.values]));
    return {
        state,
        books,
        /** Names that the proxy has, whoever registered them. */
        served: new Set([...models.values()].map(({ model_name: name }) => name)),
        models: planModels(state, models, proxy),
        teams: planTeams(state, teams, proxy),
        budgets: planBudgets(state, budgets, proxy),
        keys: planKeys(state, keys, values, now.getTime(), proxy),
    };
}

/** All actions of a plan, in the order in which they are carried out. */
function actionsOf({ models, teams, budgets, keys }) {
    return [
        ...budgets.first,
        ...models.first,
        ...teams.first,
        ...keys.actions,
        ...models.last,
        ...teams.last,
        ...budgets.last,
    ].map(told);
}

/** Writes down when a workshop began, and a value for each participant, before any key is created. */
async function writeValues(desired, store, now) {
    for (let attempt = 1; ; attempt += 1) {
        const books = await store.list();
        try {
            for (const workshop of desired.workshops) {
                const book = books.get(workshop.name);
                const started = book?.started ?? (workshop.durationSeconds === undefined ? undefined : now.toISOString());
                const ended = Date.parse(withEnd(workshop, started, now.toISOString()).end) <= now.getTime();
                const missing = ended ? [] : workshop.participants.filter((name) => !Object.hasOwn(book?.values ?? {}, name));
                if (book === undefined || missing.length > 0 || started !== book.started) {
                    const values = { ...book?.values, ...Object.fromEntries(missing.map((name) => [name, newValue()])) };
                    await store.write(workshop.name, book?.version, { values, started });
                }
            }
            return;
        } catch (error) {
            // Somebody else has written meanwhile, so their values hold.
            if (!(error instanceof Refused) || error.status !== 409 || attempt >= WRITES) {
                throw error;
            }
        }
    }
}

/** Lists the keys that are in force, and forgets the values of those that are gone. */
async function writeHandOuts({ state, keys: { inForce } }, store, failedKeys) {
    const books = await store.list();
    for (const workshop of state.workshops) {
        const book = books.get(workshop.name);
        const held = inForce.get(workshop.name);
        const kept = workshop.participants.filter((name) => held.has(name) && Object.hasOwn(book.values, name));
        const files = filesOf(
            workshop,
            `${state.publicUrl}/v1`,
            kept.map((participant) => ({ participant, key: book.values[participant] })),
        );
        // A value stays until its key is known to be gone: what failed now is tried again with the same value.
        const listed = new Set(Date.parse(workshop.end) <= Date.now() ? [] : workshop.participants);
        const values = Object.fromEntries(
            Object.entries(book.values).filter(([name]) => listed.has(name) || failedKeys.has(`${workshop.name}.${name}`)),
        );
        const same =
            Object.keys(values).length === Object.keys(book.values).length &&
            Object.entries(files).every(([file, content]) => book.files[file] === content);
        if (!same) {
            await store.write(workshop.name, book.version, { values, files, started: book.started });
        }
    }
    const names = new Set(state.workshops.map(({ name }) => name));
    for (const name of books.keys()) {
        if (!names.has(name) && ![...failedKeys].some((key) => key.startsWith(`${name}.`))) {
            await store.remove(name);
        }
    }
}

/** Names of all models that the portal offers: at most 100 on a page. */
async function readPortal(portal) {
    const found = [];
    for (let page = 1; ; page += 1) {
        const { data = [], pagination } = await portal("GET", `/api/v1/models?page=${page}&limit=100`);
        found.push(...data.map(({ id }) => id));
        if (data.length === 0 || page >= (pagination?.totalPages ?? 1)) {
            return found;
        }
    }
}

/** Tells the portal to read the proxy's models again, unless it offers what the proxy has: no less, and nothing that is gone. */
async function syncPortal({ models }, served, portal, changed) {
    const names = [...new Set(models.map(({ name }) => name))];
    const missing = (offered) => names.filter((name) => !offered.includes(name));
    if (!changed) {
        const offered = await readPortal(portal);
        if (missing(offered).length === 0 && offered.every((name) => served.has(name))) {
            return [];
        }
    }
    const done = await portal("POST", "/api/v1/models/sync", { forceUpdate: true, markUnavailable: true });
    if (done.success !== true) {
        throw new Error(`the portal has not taken over the models: ${(done.errors ?? []).slice(0, 3).join("; ")}`);
    }
    const still = missing(await readPortal(portal));
    if (still.length > 0) {
        throw new Error(`the portal does not list ${still.join(", ")}`);
    }
    return [{ what: "portal", verb: "update", name: "models" }];
}

/**
 * Carries out what is to be done, and goes on where a part fails.
 *
 * @param desired what is to be: see types.ts
 * @param {{ proxy: Function, store?: object, portal?: Function, now?: Date, only?: "workshops", onDone?: (action: object) => void }}
 *   world `store` is needed where there are workshops; `only`: models, budgets and what others have created stay as they are
 * @returns {Promise<{ done: object[], failed: { action: object, why: string }[] }>}
 */
async function reconcile(desired, { proxy, store, portal, now = new Date(), only, onDone }) {
    if (store !== undefined) {
        await writeValues(desired, store, now);
    }
    const planned = await plan(desired, { proxy, store, now, only });
    const done = [];
    const failed = [];
    const attempt = async (actions, run) => {
        try {
            await run();
            actions.forEach((action) => {
                done.push(told(action));
                onDone?.(told(action));
            });
        } catch (error) {
            actions.forEach((action) => failed.push({ action: told(action), key: action, why: error.message }));
        }
    };
    const all = (actions) => Promise.all(actions.map((action) => attempt([action], action.run)));
    const { models, teams, budgets, keys } = planned;
    await Promise.all([all(budgets.first), all(models.first), all(teams.first)]);

    const noTeam = new Set(failed.filter(({ key }) => key.what === "team").map(({ key }) => key.id));
    const withdrawals = keys.actions.filter(({ verb }) => verb === "withdraw");
    // First: a value that is lost leaves its alias to a new key.
    await Promise.all(inBatches(withdrawals, proxy).map((batch) => attempt(batch.actions, batch.run)));
    await Promise.all(
        keys.actions
            .filter(({ verb }) => verb !== "withdraw")
            .map((action) =>
                attempt(
                    [action],
                    noTeam.has(action.team) ? () => Promise.reject(new Error("its team could not be created")) : action.run,
                ),
            ),
    );
    if (store !== undefined) {
        const failedKeys = new Set(
            failed.filter(({ key }) => key.what === "key").map(({ key }) => `${key.workshop}.${key.name}`),
        );
        await writeHandOuts(planned, store, failedKeys);
    }

    // A name whose new endpoint failed keeps its old one.
    const unfinished = new Set(failed.filter(({ key }) => key.what === "model").map(({ key }) => key.name));
    await Promise.all([all(models.last.filter(({ name }) => !unfinished.has(name))), all(teams.last), all(budgets.last)]);
    if (portal !== undefined && only === undefined) {
        const changed = done.some(({ what }) => what === "model");
        try {
            done.push(...(await syncPortal(desired, planned.served, portal, changed)));
        } catch (error) {
            failed.push({ action: { what: "portal", verb: "update", name: "models" }, why: error.message });
        }
    }
    return { done, failed: failed.map(({ action, why }) => ({ action, why })) };
}

module.exports = { actionsOf, plan, reconcile };
