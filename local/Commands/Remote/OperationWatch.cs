using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Remote;

/// <summary>Waits for the end of an operation, which goes on without us if it must.</summary>
/// <param name="screen">Shows progress and result.</param>
/// <param name="time">The clock.</param>
/// <param name="api">The host.</param>
/// <param name="arguments">The command's.</param>
/// <param name="describe">Words how far it is.</param>
internal sealed class OperationWatch(
    IScreen screen, TimeProvider time, HostApi api, Arguments arguments, Func<JsonElement, string> describe)
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
            screen.WriteLine(AsJson ? Texts.FormatJson(started) : $"Started: {started.GetProperty("id").GetString()}");
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
        if (AsJson) screen.WriteLine(Texts.FormatJson(output));
        else screen.WriteLine(describe(output));
        if (!output.TryGetProperty("stopped", out var stopped) || stopped.GetString() is not { } reason) return 0;
        screen.WriteFault(reason);
        return 1;
    }

    private async Task<JsonElement> PollAsync(string address, IProgress<Step> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var instance = await api.GetAsync(address, cancellationToken);
            if (instance.GetProperty("status").GetString() is "completed" or "failed" or "terminated") return instance;
            if (instance.TryGetProperty("progress", out var status) && status.ValueKind == JsonValueKind.Object)
                progress.Report(new Step(0, describe(status)));
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
