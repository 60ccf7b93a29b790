namespace Serverless.Local.Runtime.Hosting;

/// <summary>The app's functions cannot run as they are declared. The message lists every fault.</summary>
#pragma warning disable CA1032 // Only ever made of its faults.
public sealed class InvalidFunctionsException : Exception
{
    internal InvalidFunctionsException(IReadOnlyList<string> faults)
        : base($"The functions cannot start:{string.Concat(faults.Select(f => $"{Environment.NewLine}  {f}"))}") => Faults = faults;

    /// <summary>One line a fault: the function, the parameter if it is about one, and why.</summary>
    public IReadOnlyList<string> Faults { get; }
}
