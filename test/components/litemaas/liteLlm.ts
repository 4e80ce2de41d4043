/**
 * A double of the management API of the LiteLLM proxy with its database: keys, teams, budgets, models. It answers as the source does of
 * BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/ (key_management_endpoints.py, team_endpoints.py,
 * budget_management_endpoints.py, model_management_endpoints.py), litellm/proxy/proxy_server.py (model_info_v1) and
 * litellm/proxy/utils.py (PrismaClient.insert_data). What the real proxy answers without a database is compared in
 * test/litellm/proxy.long.test.ts.
 */
import { createHash, randomUUID } from "node:crypto";

import { dailyActivity, type Used } from "./dailyActivity";

/** An answer: status and body. */
export type Answer = readonly [status: number, body: object];

export type Row = Record<string, any>;

const hash = (token: string): string => (token.startsWith("sk-") ? createHash("sha256").update(token).digest("hex") : token);

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** As litellm/litellm_core_utils/duration_parser.py. */
function secondsOf(duration: string): number {
    const [, amount, unit] = /^(\d+)(s|m|h|d|w)$/.exec(duration) ?? [];
    return Number(amount) * UNITS[unit!]!;
}

const refusal = (code: number, message: string, param = "None", type = "auth_error"): Answer => [
    code,
    { error: { message, type, param, code: String(code) } },
];

export class LiteLlmDouble {
    static readonly VERSION = "1.81.0";
    readonly masterKey = "sk-master";
    /** By hash. */
    readonly keys = new Map<string, Row>();
    readonly teams = new Map<string, Row>();
    readonly budgets = new Map<string, Row>();
    readonly models = new Map<string, Row>();
    /** Table LiteLLM_DailyTeamSpend. */
    readonly used: Used[] = [];
    /** The clock, in ms. */
    now: () => number = Date.now;
    private created = 0;

    /** A key, as somebody else than the reconcile would make it. */
    addKey(row: Row): Row {
        const token = hash(String(row["key"] ?? `sk-${randomUUID()}`));
        const { key: _, ...rest } = row;
        const whole = {
            token,
            key_alias: null,
            expires: null,
            models: [],
            team_id: null,
            max_budget: null,
            budget_duration: null,
            tpm_limit: null,
            rpm_limit: null,
            metadata: {},
            spend: 0,
            created: (this.created += 1),
            ...rest,
        };
        this.keys.set(token, whole);
        return whole;
    }

    /** Answers a request. */
    answer(method: string, url: string, body: Row | undefined, token: string | undefined): Answer {
        if (token !== this.masterKey) {
            return token === undefined
                ? refusal(401, "Authentication Error, No api key passed in.")
                : refusal(
                      401,
                      `Authentication Error, Invalid proxy server token passed. Received API Key = ${token}, Key Hash (Token) =${hash(token)}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
                      "key",
                      "token_not_found_in_db",
                  );
        }
        const { pathname, searchParams } = new URL(url, "http://proxy");
        const at = `${method} ${pathname}`;
        const patched = /^PATCH \/model\/([^/]+)\/update$/.exec(at)?.[1];
        if (patched !== undefined) {
            return this.patchModel(decodeURIComponent(patched), body!);
        }
        const routes: Record<string, () => Answer> = {
            "GET /key/list": () => this.listKeys(searchParams),
            "POST /key/generate": () => this.generateKey(body!),
            "POST /key/update": () => this.updateKey(body!),
            "POST /key/delete": () => this.deleteKeys(body!),
            "GET /model/info": () => [200, { data: [...this.models.values()].map(shownModel) }],
            "POST /model/new": () => this.newModel(body!),
            "POST /model/update": () => this.updateModel(body!),
            "POST /model/delete": () =>
                this.models.delete(body!["id"])
                    ? [200, { message: `Model: ${body!["id"]} deleted successfully` }]
                    : refusal(400, `{'error': 'Model with id=${body!["id"]} not found in db'}`),
            "GET /v2/team/list": () => this.listTeams(searchParams),
            "GET /team/daily/activity": () => dailyActivity(this.used, this.keys, searchParams),
            "POST /team/new": () => this.newTeam(body!),
            "POST /team/update": () => this.update(this.teams, body!, "team_id", "Team not found"),
            "POST /team/delete": () => this.deleteTeams(body!),
            "GET /budget/list": () => [200, [...this.budgets.values()]],
            "POST /budget/new": () => this.newBudget(body!),
            "POST /budget/update": () => this.update(this.budgets, body!, "budget_id", "Record to update not found"),
            "POST /budget/delete": () =>
                this.budgets.delete(body!["id"]) ? [200, {}] : [500, { detail: "Record to delete does not exist." }],
        };
        const route = routes[at];
        if (route !== undefined) {
            return route();
        }
        return Object.keys(routes).some((known) => known.endsWith(` ${pathname}`))
            ? [405, { detail: "Method Not Allowed" }]
            : [404, { detail: "Not Found" }];
    }

    private listKeys(query: URLSearchParams): Answer {
        const size = Number(query.get("size") ?? 10);
        const page = Number(query.get("page") ?? 1);
        if (size > 100) {
            return [
                422,
                {
                    detail: [
                        {
                            type: "less_than_equal",
                            loc: ["query", "size"],
                            msg: "Input should be less than or equal to 100",
                            input: String(size),
                            ctx: { le: 100 },
                        },
                    ],
                },
            ];
        }
        const alias = query.get("key_alias");
        const all = [...this.keys.values()]
            .filter((key) => alias === null || key["key_alias"] === alias)
            .sort((a, b) => b["created"] - a["created"]);
        const keys = all.slice((page - 1) * size, page * size);
        return [
            200,
            {
                keys: query.get("return_full_object") === "true" ? keys : keys.map((key) => key["token"]),
                total_count: all.length,
                current_page: page,
                total_pages: Math.ceil(all.length / size),
            },
        ];
    }

    private expiry(duration: unknown): string | null {
        return duration === undefined ? null : new Date(this.now() + secondsOf(String(duration)) * 1000).toISOString();
    }

    private generateKey({ duration, ...body }: Row): Answer {
        const alias = body["key_alias"];
        if (alias !== undefined && [...this.keys.values()].some((key) => key["key_alias"] === alias)) {
            return refusal(
                400,
                `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`,
                "key_alias",
                "bad_request_error",
            );
        }
        const key = String(body["key"] ?? `sk-${randomUUID()}`);
        if (!key.startsWith("sk-")) {
            return refusal(400, `{'error': "Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ${key}"}`);
        }
        // An upsert that changes nothing of what exists.
        const row = this.keys.get(hash(key)) ?? this.addKey({ ...body, key, expires: this.expiry(duration) });
        return [200, { ...row, key, token_id: row["token"] }];
    }

    private updateKey({ key, duration, ...body }: Row): Answer {
        const row = this.keys.get(hash(key));
        if (row === undefined) {
            return refusal(401, `Authentication Error, invalid user key - user key does not exist in db. User Key=${key}`);
        }
        Object.assign(row, body, duration === undefined ? {} : { expires: this.expiry(duration) });
        return [200, { key, ...row }];
    }

    private deleteKeys({ keys, key_aliases: aliases }: Row): Answer {
        if (keys === undefined && aliases === undefined) {
            return refusal(500, "Invalid request type");
        }
        const tokens: string[] =
            keys?.map(hash) ??
            [...this.keys.values()].filter((key) => aliases.includes(key["key_alias"])).map((key) => key["token"]);
        if (!tokens.some((token) => this.keys.has(token))) {
            return refusal(404, "{'error': 'No keys found'}");
        }
        tokens.forEach((token) => this.keys.delete(token));
        return [200, { deleted_keys: keys ?? aliases }];
    }

    private newModel({ model_name, litellm_params, model_info = {} }: Row): Answer {
        const id = String(model_info["id"] ?? randomUUID());
        if (this.models.has(id)) {
            return refusal(500, "{'error': 'Failed to add model to db. Check your server logs for more details.'}");
        }
        this.models.set(id, { model_name, litellm_params, model_info: { ...model_info, id, db_model: true } });
        return [200, { model_id: id, model_name }];
    }

    /** The old way: parameters are merged, and model_info is not written. */
    private updateModel({ litellm_params, model_info }: Row): Answer {
        const found = this.models.get(model_info?.["id"]);
        if (found === undefined) {
            return refusal(400, "Authentication Error, model not found");
        }
        Object.assign(found["litellm_params"], litellm_params);
        return [200, { model_id: model_info["id"] }];
    }

    private patchModel(id: string, { model_name, litellm_params = {}, model_info = {} }: Row): Answer {
        const found = this.models.get(id);
        if (found === undefined) {
            return refusal(404, `Model ${id} not found on proxy.`, "None", "not_found_error");
        }
        found["model_name"] = model_name ?? found["model_name"];
        Object.assign(found["litellm_params"], litellm_params);
        Object.assign(found["model_info"], model_info);
        return [200, { model_id: id }];
    }

    private listTeams(query: URLSearchParams): Answer {
        const size = Number(query.get("page_size") ?? 10);
        const page = Number(query.get("page") ?? 1);
        const all = [...this.teams.values()];
        return [
            200,
            {
                teams: all.slice((page - 1) * size, page * size),
                total: all.length,
                page,
                page_size: size,
                total_pages: Math.ceil(all.length / size),
            },
        ];
    }

    private newTeam(body: Row): Answer {
        const id = String(body["team_id"] ?? randomUUID());
        if (this.teams.has(id)) {
            return refusal(400, `{'error': 'Team id = ${id} already exists. Please use a different team id.'}`);
        }
        const empty = { max_budget: null, budget_duration: null, tpm_limit: null, rpm_limit: null, models: [], metadata: {} };
        this.teams.set(id, { ...empty, ...body, team_id: id });
        return [200, this.teams.get(id)!];
    }

    /** Deletes the keys of the teams as well. */
    private deleteTeams({ team_ids: ids }: Row): Answer {
        const missing = (ids as string[]).find((id) => !this.teams.has(id));
        if (missing !== undefined) {
            return [404, { detail: { error: `Team not found, passed team_id=${missing}` } }];
        }
        (ids as string[]).forEach((id) => this.teams.delete(id));
        [...this.keys.values()].forEach((key) => ids.includes(key["team_id"]) && this.keys.delete(key["token"]));
        return [200, {}];
    }

    private newBudget(body: Row): Answer {
        if (body["max_budget"] < 0) {
            return [400, { detail: { error: `max_budget cannot be negative. Received: ${body["max_budget"]}` } }];
        }
        if (this.budgets.has(body["budget_id"])) {
            return [500, { detail: "Unique constraint failed on the fields: (`budget_id`)" }];
        }
        const empty = { max_budget: null, budget_duration: null, tpm_limit: null, rpm_limit: null };
        this.budgets.set(body["budget_id"], { ...empty, ...body });
        return [200, body];
    }

    private update(rows: Map<string, Row>, body: Row, id: string, missing: string): Answer {
        const row = rows.get(body[id]);
        if (row === undefined) {
            return [404, { detail: { error: `${missing}, passed ${id}=${body[id]}` } }];
        }
        Object.assign(row, body);
        return [200, row];
    }
}

/** Parameters that /model/info leaves out, and those that it shows as text. */
function shownModel({ model_name, litellm_params, model_info }: Row): Row {
    const { api_key: _, vertex_credentials: __, ...shown } = litellm_params;
    return {
        model_name,
        litellm_params: Object.fromEntries(
            Object.entries(shown).map(([key, value]) => [key, /token/.test(key) ? String(value) : value]),
        ),
        model_info: { ...model_info, key: litellm_params.model, max_input_tokens: null },
    };
}
