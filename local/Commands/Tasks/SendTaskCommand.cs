using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;
using Serverless.Tasks;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Sends a task, and waits for its end if that is wanted.</summary>
internal sealed class SendTaskCommand(IScreen screen, TimeProvider time)
{
    private const int MaxPriority = 10;
    private const int MaxRetries = 100;
    private const int MaxSeconds = 30 * 86_400;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public static CommandSyntax Syntax { get; } = new("tasks send", "Sends a task.", ["NAME", "[ARGS]"], Switches.WithHost(
        new("--queue", "Q", "Instead of the queue that the name leads to."),
        new("--priority", "N", "0 to the queue's highest; 0 unless given."),
        new("--countdown", "S", "Seconds to wait before it may start."),
        new("--eta", "T", "When it may start: a time, or from now on 90s, 5m, 2h, 1d."),
        new("--expires", "T", "When it is too late to start."),
        new("--max-retries", "N", "Instead of the handler's."),
        new("--id", "ID", "The task's id: the same id twice is one task."),
        new("--unique", "KEY", "One task of its name and key at a time: another gets the first's id. With --for, --until or both."),
        new("--until", "S", "started or done: what frees the key."),
        new("--debounce", "KEY", "Waits whether another of its name and key follows, as long as --for says: the last one runs."),
        new("--for", "D", "How long the key is taken, or the task waits: 90s, 10m, 2h, 1d."),
        new("--tenant", "T", "The tenant."),
        new("--tags", "A,B", "Words that it can be found by, at most 10."),
        new("--batch", "ID", "The batch that it becomes a member of."),
        new("--result-ttl", "S", "Seconds that state and result are kept after the end; 3600 unless given."),
        new("--ignore-result", null, "Keeps neither state nor result."),
        new("--wait", null, "Waits for its end; the exit code is 1 unless it succeeds.")));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var body = ReadBody(arguments);
        if (arguments.Has("--wait") && arguments.Has("--ignore-result"))
            arguments.Refuse("--wait needs the state that --ignore-result does not keep.");
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var sent = await api.SendAsync(
            HttpMethod.Post, $"tasks/{Uri.EscapeDataString(arguments.GetPositional(0)!)}", body, cancellationToken);
        var id = sent.GetProperty("id").GetString()!;
        if (arguments.Has("--wait")) return await WaitAsync(api, id, arguments.Has(Switches.Json.Name), cancellationToken);

        screen.WriteLine(arguments.Has(Switches.Json.Name) ? Texts.FormatJson(sent) : $"Sent: {id}");
        return 0;
    }

    private JsonObject ReadBody(Arguments arguments)
    {
        var now = time.GetUtcNow();
        var body = new JsonObject();
        Set("args", JsonText.Read(arguments, "ARGS", arguments.GetPositional(1)));
        Set("queue", arguments.GetText("--queue"));
        Set("priority", arguments.GetInteger("--priority", 0, MaxPriority));
        Set("countdown", arguments.GetInteger("--countdown", 0, MaxSeconds));
        Set("eta", arguments.GetTime("--eta", now, past: false));
        Set("expires", arguments.GetTime("--expires", now, past: false));
        Set("maxRetries", arguments.GetInteger("--max-retries", 0, MaxRetries));
        Set("taskId", arguments.GetText("--id"));
        Set("tenant", arguments.GetText("--tenant"));
        Set("batch", arguments.GetText("--batch"));
        if (arguments.GetText("--tags") is { } tags) body["tags"] = new JsonArray([.. tags.Split(',').Select(t => (JsonNode)t.Trim())]);
        Set("resultTtl", arguments.GetInteger("--result-ttl", 1, MaxSeconds));
        AddKeys(arguments, body);
        if (arguments.Has("--ignore-result")) body["ignoreResult"] = true;
        return body;

        void Set(string name, JsonNode? value)
        {
            if (value is not null) body[name] = value;
        }
    }

    private static void AddKeys(Arguments arguments, JsonObject body)
    {
        var (unique, debounce) = (arguments.GetText("--unique"), arguments.GetText("--debounce"));
        var (time, until) = (arguments.GetText("--for"), arguments.GetText("--until"));
        if (unique is null && until is not null) arguments.Refuse("--until belongs to --unique.");
        if (unique is null && debounce is null && time is not null) arguments.Refuse("--for belongs to --unique or --debounce.");
        if (debounce is not null && time is null) arguments.Refuse("--debounce needs --for, such as --for 5s.");
        if (unique is not null)
        {
            var rule = new JsonObject { ["key"] = unique };
            if (time is not null) rule["for"] = time;
            if (until is not null) rule["until"] = until;
            body["unique"] = rule;
        }

        if (debounce is not null) body["debounce"] = new JsonObject { ["key"] = debounce, ["for"] = time };
    }

    private async Task<int> WaitAsync(HostApi api, string id, bool asJson, CancellationToken cancellationToken)
    {
        var answer = asJson
            ? await PollAsync(api, id, new Progress<Step>(), cancellationToken)
            : await screen.TrackAsync($"Task {id}", progress => PollAsync(api, id, progress, cancellationToken));
        var task = answer.Deserialize<TaskRecord>(AppJson.Options)!;
        if (asJson) screen.WriteLine(Texts.FormatJson(answer));
        else TaskView.Show(screen, task);
        return task.State == TaskState.Success ? 0 : 1;
    }

    private async Task<JsonElement> PollAsync(HostApi api, string id, IProgress<Step> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await api.GetAsync($"tasks/{id}", cancellationToken);
            var task = answer.Deserialize<TaskRecord>(AppJson.Options)!;
            if (task.IsFinal) return answer;
            var fraction = task.Progress is { Total: > 0 } now ? Math.Clamp(now.Current / (double)now.Total, 0, 1) : 0;
            var said = TaskView.FormatProgress(task.Progress) ?? TaskView.FormatError(task.Error);
            progress.Report(new Step(fraction, $"{TaskView.FormatState(task)} {said}".TrimEnd()));
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
