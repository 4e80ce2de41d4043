/** Runs health checks as Argo CD does: the object is `obj`, the script returns `status` and `message`. */
const { lua, lauxlib, lualib, to_luastring: bytes } = require("fengari") as Record<string, any>;

/** What a check says of an object. */
export interface Health {
    readonly status: "Healthy" | "Progressing" | "Degraded";
    readonly message: string;
}

/** @throws Error when the script fails */
export function health(script: string, object: object): Health {
    const state = lauxlib.luaL_newstate();
    lualib.luaL_openlibs(state);
    push(state, object);
    lua.lua_setglobal(state, bytes("obj"));
    if (lauxlib.luaL_dostring(state, bytes(script)) !== lua.LUA_OK) {
        throw new Error(lua.lua_tojsstring(state, -1) as string);
    }
    const field = (name: string): string => {
        lua.lua_getfield(state, -1, bytes(name));
        const value = lua.lua_tojsstring(state, -1) as string;
        lua.lua_pop(state, 1);
        return value;
    };
    return { status: field("status") as Health["status"], message: field("message") };
}

function push(state: unknown, value: unknown): void {
    if (Array.isArray(value)) {
        lua.lua_newtable(state);
        value.forEach((item, i) => {
            push(state, item);
            lua.lua_rawseti(state, -2, i + 1);
        });
    } else if (typeof value === "object" && value !== null) {
        lua.lua_newtable(state);
        for (const [key, item] of Object.entries(value)) {
            push(state, item);
            lua.lua_setfield(state, -2, bytes(key));
        }
    } else if (typeof value === "string") {
        lua.lua_pushstring(state, bytes(value));
    } else if (typeof value === "number") {
        lua.lua_pushnumber(state, value);
    } else if (typeof value === "boolean") {
        lua.lua_pushboolean(state, value);
    } else {
        lua.lua_pushnil(state);
    }
}
