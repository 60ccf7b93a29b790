using System.Diagnostics;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary>Opens files with the program that this machine has for them.</summary>
internal static class Browser
{
    /// <exception cref="CommandFailedException">It has none.</exception>
    public static void Open(string file)
    {
        try
        {
            using var opened = Process.Start(new ProcessStartInfo(file) { UseShellExecute = true });
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CommandFailedException($"This machine has no program that opens {file}.", e);
        }
    }
}
