namespace Serverless.CrashHost;

/// <summary>
/// Says lines to whoever reads this process, and goes no further than that one lets it: a line of input buys a line of output. A reader
/// that kills it after so many lines always finds it at work. The end of the input lets it run free.
/// </summary>
internal static class StepGate
{
    private static readonly Lock Exclusive = new();

    /// <summary>Says a line; waits, and holds up whoever else wants to say one, until it may.</summary>
    public static void Say(string line)
    {
        lock (Exclusive)
        {
            _ = Console.In.ReadLine();
            Console.WriteLine(line);
        }
    }
}
