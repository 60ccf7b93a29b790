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
        var path = $"queues/{Uri.EscapeDataString(arguments.Positional(0)!)}/deadletters/{Uri.EscapeDataString(arguments.Positional(1)!)}";
        var answer = await api.GetAsync(path, cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.Json(answer));
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
            ("Attempt", Texts.Number(letter.Attempt)),
            ("Redrives", Texts.Number(letter.Redrives)),
            ("Sent", Texts.Moment(letter.Enqueued)),
            ("First failed", Texts.Moment(letter.FirstFailed)),
            ("Dead since", Texts.Moment(letter.DeadLettered)),
            ("Arguments", letter.Args is { } args ? args.GetRawText() : letter.ArgsBlob),
            ("Body", letter.Body),
        ]);
        if (letter.Stack is null) return;
        screen.WriteLine();
        screen.WriteLine(letter.Stack);
    }
}
