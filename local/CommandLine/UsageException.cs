namespace Serverless.Local.CommandLine;

/// <summary>The command line asks for something that cannot be: all faults at once.</summary>
internal sealed class UsageException(string command, IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    public string Command { get; } = command;

    public IReadOnlyList<string> Faults { get; } = faults;
}
