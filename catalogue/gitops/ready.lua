-- Judges an object by its annotation maas-platform.io/ready-when: one expression a line, as `oc wait --for` takes them.
local hs = { status = "Healthy", message = "" }
local when = obj.metadata.annotations and obj.metadata.annotations["maas-platform.io/ready-when"]
if when == nil then
  return hs
end
local status = obj.status or {}
local phase = status.phase
if phase == "Failed" or phase == "Error" then
  return { status = "Degraded", message = "phase is " .. phase }
end
local function stale(observed)
  return type(observed) == "number" and obj.metadata.generation ~= nil and observed < obj.metadata.generation
end
local function conditionOf(list, key, name)
  for _, one in ipairs(type(list) == "table" and list or {}) do
    if type(one) == "table" and string.lower(tostring(one[key])) == string.lower(name) then
      return one
    end
  end
  return nil
end
local function at(path)
  local value = obj
  local rest = path
  while rest ~= "" and value ~= nil do
    local key, name, after = string.match(rest, "^%[%?%(@%.([%w_]+)==[\"']([^\"']+)[\"']%)%](.*)$")
    if key then
      value, rest = conditionOf(value, key, name), after
    else
      local index, behind = string.match(rest, "^%[(%d+)%](.*)$")
      if index then
        value, rest = type(value) == "table" and value[tonumber(index) + 1] or nil, behind
      else
        local field, beyond = string.match(rest, "^%.([^%.%[]+)(.*)$")
        if not field then
          return nil
        end
        if type(value) ~= "table" then
          return nil
        end
        value, rest = value[field], beyond
      end
    end
  end
  return value
end
for line in string.gmatch(when, "[^\n]+") do
  local kind, wanted = string.match(line, "^condition=([^=]+)=?(.*)$")
  if kind then
    local one = conditionOf(status.conditions, "type", kind)
    if wanted == "" then
      wanted = "True"
    end
    if one == nil then
      return { status = "Progressing", message = "no condition " .. kind }
    end
    if stale(one.observedGeneration or status.observedGeneration) then
      return { status = "Progressing", message = "condition " .. kind .. " is of an earlier generation" }
    end
    if string.lower(tostring(one.status)) ~= string.lower(wanted) then
      return { status = "Progressing", message = kind .. " is " .. tostring(one.status) .. ": " .. tostring(one.message or one.reason or "") }
    end
  else
    local path, value = string.match(line, "^jsonpath={(.-)}=(.*)$")
    path = path or string.match(line, "^jsonpath={(.*)}$")
    local found = path and at(path)
    if stale(status.observedGeneration) then
      return { status = "Progressing", message = "the status is of an earlier generation" }
    end
    if found == nil then
      return { status = "Progressing", message = tostring(path) .. " is not there yet" }
    end
    if value ~= nil and tostring(found) ~= value then
      return { status = "Progressing", message = path .. " is " .. tostring(found) }
    end
  end
end
return hs
