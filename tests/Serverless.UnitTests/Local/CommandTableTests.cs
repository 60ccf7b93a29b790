using Serverless.Local.CommandLine;
using Serverless.Local.Commands;

namespace Serverless.UnitTests.Local;

public sealed class CommandTableTests
{
    private static readonly CommandTable Table = new(
        [.. new[] { "", "queues", "queues peek", "tasks list", "tasks send" }.Select(
            name => new Command(new CommandSyntax(name, "", [], []), (_, _) => Task.FromResult(0)))]);

    [Theory]
    [InlineData("", "")]
    [InlineData("", "--port 1", "--port", "1")]
    [InlineData("queues", "mail --json", "queues", "mail", "--json")]
    [InlineData("queues peek", "mail", "queues", "peek", "mail")]
    [InlineData("tasks send", "", "tasks", "send")]
    public void TryFind_Known_TakesTheLongestName(string name, string rest, params string[] arguments)
    {
        Assert.True(Table.TryFind(arguments, out var command, out var left));

        Assert.Equal(name, command.Syntax.Name);
        Assert.Equal(rest, string.Join(' ', left));
    }

    [Theory]
    [InlineData("'tasks' needs one of: list, send.", "tasks")]
    [InlineData("'tasks' needs one of: list, send.", "tasks", "burn")]
    [InlineData("'tasks' needs one of: list, send. Did you mean 'send'?", "tasks", "sned")]
    [InlineData("There is no command 'task'. Did you mean 'tasks'? Commands: queues, tasks.", "task", "list")]
    [InlineData("There is no command 'burn'. Commands: queues, tasks.", "burn")]
    public void Unknown_SaysWhatThereIs(string fault, params string[] arguments)
    {
        Assert.False(Table.TryFind(arguments, out _, out _));

        Assert.Equal(fault, Assert.Single(Table.CreateUnknown(arguments).Faults));
    }
}
