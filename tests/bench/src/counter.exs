# The same counter on GenServer and Agent. Reads lines `<scenario> <operations>`, and answers each with what they cost.

defmodule Counter do
  use GenServer

  @impl true
  def init(sum), do: {:ok, sum}

  @impl true
  def handle_call({:add, n}, _from, sum), do: {:reply, sum + n, sum + n}
  def handle_call(:get, _from, sum), do: {:reply, sum, sum}

  @impl true
  def handle_cast({:add, n}, sum), do: {:noreply, sum + n}
end

defmodule Bench do
  # CPU time of all threads of this process, in milliseconds.
  def cpu do
    {milliseconds, _since_last} = :erlang.statistics(:runtime)
    milliseconds
  end

  def measure(work) do
    before = cpu()
    work.()
    (cpu() - before) * 1_000_000
  end

  def resident do
    Process.sleep(200)
    [_, kilobytes] = Regex.run(~r/VmRSS:\s+(\d+) kB/, File.read!("/proc/self/status"))
    String.to_integer(kilobytes) * 1024
  end

  def server do
    {:ok, pid} = GenServer.start_link(Counter, 0)
    pid
  end

  def agent do
    {:ok, pid} = Agent.start_link(fn -> 0 end)
    pid
  end

  def repeat(0, _work), do: :ok

  def repeat(n, work) do
    work.()
    repeat(n - 1, work)
  end

  def share(callers, n, work) do
    tasks = for _ <- 1..callers, do: Task.async(fn -> repeat(div(n, callers), work) end)
    Task.await_many(tasks, :infinity)
  end

  def add(server), do: GenServer.call(server, {:add, 1}, :infinity)
  def post(server), do: GenServer.cast(server, {:add, 1})
  def get(server), do: GenServer.call(server, :get, :infinity)

  def add_agent(agent), do: Agent.get_and_update(agent, fn sum -> {sum + 1, sum + 1} end, :infinity)
  def post_agent(agent), do: Agent.cast(agent, fn sum -> sum + 1 end)
  def get_agent(agent), do: Agent.get(agent, fn sum -> sum end, :infinity)

  def run("server-call", n), do: with_server(n, fn pid -> repeat(n, fn -> add(pid) end) end)
  def run("server-64", n), do: with_server(n, fn pid -> share(64, n, fn -> add(pid) end) end)

  def run("server-cast1", n) do
    with_server(n, fn pid ->
      repeat(n, fn -> post(pid) end)
      get(pid)
    end)
  end

  def run("agent-call", n), do: with_agent(n, fn pid -> repeat(n, fn -> add_agent(pid) end) end)
  def run("agent-64", n), do: with_agent(n, fn pid -> share(64, n, fn -> add_agent(pid) end) end)

  def run("agent-cast", n) do
    with_agent(n, fn pid ->
      repeat(n, fn -> post_agent(pid) end)
      get_agent(pid)
    end)
  end

  def run("spawn-server", n), do: measure(fn -> repeat(n, fn -> GenServer.stop(server()) end) end)
  def run("spawn-agent", n), do: measure(fn -> repeat(n, fn -> Agent.stop(agent()) end) end)
  def run("memory-server", n), do: memory(n, &server/0)
  def run("memory-agent", n), do: memory(n, &agent/0)

  def with_server(n, work) do
    pid = server()
    cost = measure(fn -> work.(pid) end)
    ^n = get(pid)
    GenServer.stop(pid)
    cost
  end

  def with_agent(n, work) do
    pid = agent()
    cost = measure(fn -> work.(pid) end)
    ^n = get_agent(pid)
    Agent.stop(pid)
    cost
  end

  def memory(n, start) do
    start.()
    before = resident()
    pids = for _ <- 1..n, do: start.()
    bytes = resident() - before
    ^n = length(pids)
    bytes
  end

  def serve do
    case IO.read(:line) do
      :eof ->
        :ok

      line ->
        [scenario, n] = String.split(line)
        # A process of its own, whose heap and mailbox are fresh.
        task = Task.async(fn -> run(scenario, String.to_integer(n)) end)
        IO.puts(Task.await(task, :infinity))
        serve()
    end
  end
end

Bench.serve()
