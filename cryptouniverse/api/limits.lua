-- Counts one call in every window it belongs to, or in none. Each window is a log of the moments (ms) at which calls
-- were admitted: exact, whoever else counts at the same time, because a script runs alone.
-- KEYS: faults of the address, mark that the address is held short, the tenant's count of the day, then a log per
--       window.
-- ARGV: now in ms (0: this server's clock), faults to add, faults that are too many, ms that faults are remembered,
--       ms that an address is held short, the tenant's limit of the day (below 0: none), ms that are left of the day,
--       then limit and span in ms of each window.
-- Answers: admitted, held short, then limit, used and ms until the next place is free: of the day if it has a limit,
--          and of each window.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function fault(number)
  local total = redis.call('INCRBY', KEYS[1], number)
  if total == number then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
  if total < tonumber(ARGV[3]) then return false end
  redis.call('SET', KEYS[2], 1, 'PX', ARGV[5])
  redis.call('DEL', KEYS[1])
  return true
end

local short = redis.call('EXISTS', KEYS[2]) == 1
local faults = tonumber(ARGV[2])
if faults > 0 and fault(faults) then short = true end

local a_day, today = tonumber(ARGV[6]), 0
if a_day >= 0 then today = tonumber(redis.call('GET', KEYS[3]) or 0) end

local fits, windows = true, {}
for number = 4, #KEYS do
  local key = KEYS[number]
  local limit, span = tonumber(ARGV[2 * number]), tonumber(ARGV[2 * number + 1])
  if short then limit = math.max(1, math.floor(limit / 2)) end
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - span do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  local used, free_at = redis.call('LLEN', key), oldest
  if used >= limit then
    fits = false
    free_at = redis.call('LINDEX', key, used - limit)
  end
  table.insert(windows, {key = key, limit = limit, span = span, used = used, free_at = free_at})
end

local admitted = fits and (a_day < 0 or today < a_day)
local answer = {admitted and 1 or 0, short and 1 or 0}
if a_day >= 0 then
  if admitted then
    today = redis.call('INCR', KEYS[3])
    if today == 1 then redis.call('PEXPIRE', KEYS[3], 2 * 86400000) end
  end
  table.insert(answer, a_day)
  table.insert(answer, today)
  table.insert(answer, tonumber(ARGV[7]))
end
for _, window in ipairs(windows) do
  if admitted then
    redis.call('RPUSH', window.key, now)
    redis.call('PEXPIRE', window.key, window.span)
    window.used = window.used + 1
  end
  table.insert(answer, window.limit)
  table.insert(answer, window.used)
  table.insert(answer, tonumber(window.free_at or now) + window.span - now)
end
if not fits then fault(1) end -- a day that others have used up is nobody's fault
return answer
