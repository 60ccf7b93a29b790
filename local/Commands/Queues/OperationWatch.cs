using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Waits for the end of an operation, which goes on without us if it must.</summary>
internal sealed class OperationWatch(IScreen screen, TimeProvider time, HostApi api, Arguments arguments)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    public static OptionSyntax NoWait { get; } = new("--no-wait", null, "Leaves the operation to the host.");

    private bool AsJson => arguments.Has(Switches.Json.Name);

    /// <summary>Shows progress and result.</summary>
    /// <param name="title">What goes on.</param>
    /// <param name="started">The host's answer: the operation's address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string title, JsonElement started, CancellationToken cancellationToken)
    {
        if (arguments.Has(NoWait.Name))
        {
            screen.WriteLine(AsJson ? Texts.Json(started) : $"Started: {started.GetProperty("id").GetString()}");
            return 0;
        }

        var address = started.GetProperty("status").GetString()!;
        var instance = AsJson
            ? await PollAsync(address, new Progress<Step>(), cancellationToken)
            : await screen.TrackAsync(title, progress => PollAsync(address, progress, cancellationToken));
        var status = instance.GetProperty("status").GetString();
        if (status == "terminated") throw new CommandFailedException("The operation was cancelled; what it had done stays done.");
        if (status != "completed")
            throw new CommandFailedException(
                $"The operation is {status}. {(instance.TryGetProperty("error", out var error) ? error.GetString() : "")}".TrimEnd());

        var output = instance.GetProperty("output");
        if (AsJson) screen.WriteLine(Texts.Json(output));
        return Show(output.Deserialize<QueueOperationProgress>(QueueJson.Options)!);
    }

    private int Show(QueueOperationProgress result)
    {
        if (!AsJson) screen.WriteLine(Describe(result));
        if (result.Stopped is not { } reason) return 0;
        screen.WriteFault(reason);
        return 1;
    }

    private static string Describe(QueueOperationProgress progress)
    {
        List<string> parts = [];
        if (progress.Canaries > 0) parts.Add($"{Texts.Number(progress.Passed)} of {Texts.Number(progress.Canaries)} canaries passed");
        if (progress.Requeued > 0 || progress.Deleted == 0) parts.Add($"{Texts.Number(progress.Requeued)} requeued");
        if (progress.Deleted > 0) parts.Add($"{Texts.Number(progress.Deleted)} deleted");
        return string.Join(", ", parts);
    }

    private async Task<JsonElement> PollAsync(string address, IProgress<Step> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var instance = await api.GetAsync(address, cancellationToken);
            if (instance.GetProperty("status").GetString() is "completed" or "failed" or "terminated") return instance;
            if (instance.TryGetProperty("progress", out var status) && status.ValueKind == JsonValueKind.Object)
                progress.Report(new Step(0, Describe(status.Deserialize<QueueOperationProgress>(QueueJson.Options)!)));
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
