"use strict";
/**
 * Teams and budgets of the proxy. Each workshop is a team: LiteLLM sums its usage, and limits what its keys spend together. Source:
 * BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/team_endpoints.py, budget_management_endpoints.py.
 */
const { Refused } = require("./http.js");

const PAGE = 100;

/** Teams of the owner, and those that are wanted, by id. */
async function readTeams(proxy, { owner, teams: wanted }) {
    const ids = new Set(wanted.map(({ id }) => id));
    const found = new Map();
    for (let page = 1; ; page += 1) {
        const { teams = [], total_pages: pages } = await proxy("GET", `/v2/team/list?page=${page}&page_size=${PAGE}`);
        teams
            .filter(({ metadata, team_id: id }) => metadata?.maas_owner === owner || ids.has(id))
            .forEach((team) => found.set(team.team_id, team));
        if (teams.length === 0 || page >= (pages ?? 1)) {
            return found;
        }
    }
}

/** Budgets whose id begins with the owner's name, by id: LiteLLM has no place for whose they are. */
async function readBudgets(proxy, owner) {
    const all = (await proxy("GET", "/budget/list")) ?? [];
    return new Map(all.filter(({ budget_id: id }) => id.startsWith(`${owner}.`)).map((budget) => [budget.budget_id, budget]));
}

const LIMITS = ["max_budget", "budget_duration", "tpm_limit", "rpm_limit"];

const limitsOf = ({ maxBudget, budgetDuration, tpm, rpm }) => ({
    max_budget: maxBudget ?? null,
    budget_duration: budgetDuration ?? null,
    tpm_limit: tpm ?? null,
    rpm_limit: rpm ?? null,
});

const given = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

const sameList = (a, b) => [...(a ?? [])].sort().join("\n") === [...(b ?? [])].sort().join("\n");

/** Names of the fields in which what is there differs. */
const differences = (wanted, found) => LIMITS.filter((key) => (found[key] ?? null) !== wanted[key]);

function teamsOf({ owner, teams, workshops }) {
    return [
        ...teams,
        ...workshops.map(({ name, models, totalBudget }) => ({
            id: workshopTeam(owner, name),
            alias: `Workshop ${name}`,
            models,
            maxBudget: totalBudget,
            // Others may create the other teams as well, such as the portal its own: they are found by id, and never deleted.
            metadata: { maas_owner: owner },
        })),
    ];
}

/** The team of a workshop. */
const workshopTeam = (owner, workshop) => `${owner}.workshop.${workshop}`;

async function unlessGone(request, status) {
    try {
        await request;
    } catch (error) {
        if (!(error instanceof Refused) || !status.includes(error.status)) {
            throw error;
        }
    }
}

/** What brings the teams in line: deletions, which delete the keys of a team as well, last. */
function planTeams(desired, found, proxy) {
    const wanted = teamsOf(desired);
    const first = wanted.flatMap((team) => {
        const limits = limitsOf(team);
        const { metadata } = team;
        const body = {
            team_id: team.id,
            team_alias: team.alias,
            models: team.models,
            ...(metadata !== undefined && { metadata }),
        };
        const there = found.get(team.id);
        const update = () => proxy("POST", "/team/update", { ...body, ...limits });
        if (there === undefined) {
            const run = async () => {
                try {
                    await proxy("POST", "/team/new", { ...body, ...given(limits) });
                } catch (error) {
                    // Of a request whose answer was lost.
                    if (!(error instanceof Refused) || error.status !== 400 || !/already exists/i.test(error.said)) {
                        throw error;
                    }
                    await update();
                }
            };
            return [{ what: "team", verb: "create", name: team.alias, id: team.id, run }];
        }
        const why = [
            ...differences(limits, there),
            ...(sameList(team.models, there.models) ? [] : ["models"]),
            ...(team.alias === there.team_alias ? [] : ["alias"]),
        ];
        return why.length === 0
            ? []
            : [{ what: "team", verb: "update", name: team.alias, id: team.id, why: why.join(", "), run: update }];
    });
    const ids = new Set(wanted.map(({ id }) => id));
    const last = [...found.values()]
        .filter(({ team_id: id }) => !ids.has(id))
        .map(({ team_id: id, team_alias: alias }) => ({
            what: "team",
            verb: "delete",
            name: alias ?? id,
            id,
            run: () => unlessGone(proxy("POST", "/team/delete", { team_ids: [id] }), [404]),
        }));
    return { first, last };
}

/** What brings the budgets in line. Their ids are `<owner>.<id>`. */
function planBudgets({ owner, budgets }, found, proxy) {
    const wanted = budgets.map((budget) => ({ name: budget.id, budget_id: `${owner}.${budget.id}`, ...limitsOf(budget) }));
    const first = wanted.flatMap(({ name, ...budget }) => {
        const there = found.get(budget.budget_id);
        const update = () => proxy("POST", "/budget/update", budget);
        if (there === undefined) {
            // A second one of the same id breaks the database's rule, which LiteLLM answers with 500.
            const run = () =>
                proxy("POST", "/budget/new", given(budget)).catch((error) =>
                    error instanceof Refused && error.status === 500 ? update() : Promise.reject(error),
                );
            return [{ what: "budget", verb: "create", name, run }];
        }
        const why = differences(budget, there);
        return why.length === 0 ? [] : [{ what: "budget", verb: "update", name, why: why.join(", "), run: update }];
    });
    const ids = new Set(wanted.map(({ budget_id: id }) => id));
    const last = [...found.keys()]
        .filter((id) => !ids.has(id))
        .map((id) => ({
            what: "budget",
            verb: "delete",
            name: id.slice(owner.length + 1),
            run: () => unlessGone(proxy("POST", "/budget/delete", { id }), [404]),
        }));
    return { first, last };
}

module.exports = { given, planBudgets, planTeams, readBudgets, readTeams, sameList, workshopTeam };
