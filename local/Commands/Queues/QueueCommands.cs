using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary><c>queues</c> and <c>deadletters</c>.</summary>
internal static class QueueCommands
{
    public static IEnumerable<Command> CreateAll(IScreen screen, TimeProvider time) =>
    [
        new(ListQueuesCommand.Syntax, (arguments, token) => new ListQueuesCommand(screen).RunAsync(arguments, token)),
        new(PeekQueueCommand.Syntax, (arguments, token) => new PeekQueueCommand(screen).RunAsync(arguments, token)),
        new(PauseQueueCommand.PauseSyntax, (arguments, token) =>
            new PauseQueueCommand(screen, PauseQueueCommand.Pause).RunAsync(arguments, token)),
        new(PauseQueueCommand.ResumeSyntax, (arguments, token) =>
            new PauseQueueCommand(screen, PauseQueueCommand.Resume).RunAsync(arguments, token)),
        new(PurgeQueueCommand.Syntax, (arguments, token) => new PurgeQueueCommand(screen, time).RunAsync(arguments, token)),
        new(ListDeadLettersCommand.Syntax, (arguments, token) => new ListDeadLettersCommand(screen, time).RunAsync(arguments, token)),
        new(GroupDeadLettersCommand.Syntax, (arguments, token) => new GroupDeadLettersCommand(screen, time).RunAsync(arguments, token)),
        new(ShowDeadLetterCommand.Syntax, (arguments, token) => new ShowDeadLetterCommand(screen).RunAsync(arguments, token)),
        new(RequeueDeadLettersCommand.Syntax, (arguments, token) => new RequeueDeadLettersCommand(screen, time).RunAsync(arguments, token)),
        new(PurgeDeadLettersCommand.Syntax, (arguments, token) => new PurgeDeadLettersCommand(screen, time).RunAsync(arguments, token)),
    ];
}
