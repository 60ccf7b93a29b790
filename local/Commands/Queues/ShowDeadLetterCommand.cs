using System.Text.Json;
using Serverless.DeadLetters;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Shows a dead letter with its arguments and stack.</summary>
internal sealed class ShowDeadLetterCommand(IScreen screen)
{
    public static CommandSyntax Syntax { get; } = new(
        "deadletters show", "Shows a dead letter with its arguments and stack.", ["QUEUE", "ID"], Switches.WithHost());

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var path =
            $"queues/{Uri.EscapeDataString(arguments.GetPositional(0)!)}/deadletters/{Uri.EscapeDataString(arguments.GetPositional(1)!)}";
        var answer = await api.GetAsync(path, cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else Show(answer.Deserialize<DeadLetter>(QueueJson.Options)!);
        return 0;
    }

    private void Show(DeadLetter letter)
    {
        screen.WriteFacts(
        [
            ("Id", letter.Id),
            ("Task", letter.Task),
            ("Lane", letter.Lane),
            ("Tenant", letter.Tenant),
            ("Reason", letter.Reason),
            ("Description", letter.Description),
            ("Exception", letter.ExceptionType),
            ("Attempt", Texts.FormatNumber(letter.Attempt)),
            ("Redrives", Texts.FormatNumber(letter.Redrives)),
            ("Sent", Texts.FormatTime(letter.Enqueued)),
            ("First failed", Texts.FormatTime(letter.FirstFailed)),
            ("Dead since", Texts.FormatTime(letter.DeadLettered)),
            ("Arguments", letter.Args is { } args ? args.GetRawText() : letter.ArgsBlob),
            ("Body", letter.Body),
        ]);
        if (letter.Stack is null) return;
        screen.WriteLine();
        screen.WriteLine(letter.Stack);
    }
}
