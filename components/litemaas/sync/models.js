"use strict";
/**
 * Models of the proxy. An endpoint's id is a hash of what it is, so that no endpoint exists twice, and a changed one is another:
 * it is added before the one that it replaces is deleted, and the name answers throughout. `/model/update` of LiteLLM neither removes
 * a parameter nor writes model_info. Source: BerriAI/litellm@v1.81.0:litellm/proxy/management_endpoints/model_management_endpoints.py.
 */
const { Refused } = require("./http.js");

/** Parameters that LiteLLM hides, or shows as masked text: those whose names look like secrets, the prices by token among them. */
const HIDDEN = /key|secret|token|credential|password|auth/i;

/** All endpoints that the proxy has, by id. */
async function readModels(proxy) {
    let data;
    try {
        ({ data = [] } = await proxy("GET", "/model/info"));
    } catch (error) {
        // A proxy without any model has no list of them.
        if (error instanceof Refused && error.status === 500 && /not loaded in/i.test(error.said)) {
            return new Map();
        }
        throw error;
    }
    return new Map(data.map((model) => [model.model_info.id, model]));
}

/** Names of what somebody has changed of an endpoint, as far as LiteLLM shows it. */
function changed(wanted, found) {
    const differs = (mine, theirs, hidden) =>
        Object.entries(mine).flatMap(([key, value]) =>
            hidden?.test(key) || theirs?.[key] == null || theirs[key] === value ? [] : [key],
        );
    return [...differs(wanted.params, found.litellm_params, HIDDEN), ...differs(wanted.info, found.model_info)];
}

const bodyOf = ({ name, id, params, info }) => ({ model_name: name, litellm_params: params, model_info: { ...info, id } });

async function create(proxy, model) {
    try {
        await proxy("POST", "/model/new", bodyOf(model));
    } catch (error) {
        if (!(error instanceof Refused) || error.status !== 500) {
            throw error;
        }
        // It is there already, of a request whose answer was lost or of another replica: the database says so, and `/model/new` does not.
        await proxy("PATCH", `/model/${encodeURIComponent(model.id)}/update`, bodyOf(model)).catch(() => {
            throw error;
        });
    }
}

async function remove(proxy, id) {
    try {
        await proxy("POST", "/model/delete", { id });
    } catch (error) {
        if (!(error instanceof Refused) || error.status !== 400 || !/not found in db/i.test(error.said)) {
            throw error;
        }
    }
}

/** What brings the endpoints in line: additions and repairs first, deletions last. */
function planModels({ owner, models }, found, proxy) {
    const wanted = new Map(models.map((model) => [model.id, model]));
    const own = [...found.values()].filter(({ model_info: info }) => info.maas_owner === owner && !wanted.has(info.id));
    const names = new Set(own.map(({ model_name: name }) => name));
    const first = models.flatMap((model) => {
        const there = found.get(model.id);
        const why = there === undefined ? [] : changed(model, there);
        if (there !== undefined && why.length === 0) {
            return [];
        }
        const action = { what: "model", name: model.name, detail: model.params.api_base ?? model.params.model };
        return there === undefined
            ? [{ ...action, verb: names.has(model.name) ? "update" : "create", run: () => create(proxy, model) }]
            : [
                  {
                      ...action,
                      verb: "update",
                      why: why.join(", "),
                      run: () => proxy("PATCH", `/model/${encodeURIComponent(model.id)}/update`, bodyOf(model)),
                  },
              ];
    });
    const kept = new Set(models.map(({ name }) => name));
    const last = own.map(({ model_name: name, model_info: info, litellm_params: params }) => ({
        what: "model",
        verb: "delete",
        name,
        detail: params?.api_base ?? params?.model,
        why: kept.has(name) ? "replaced" : "dropped",
        run: () => remove(proxy, info.id),
    }));
    return { first, last };
}

module.exports = { planModels, readModels };
