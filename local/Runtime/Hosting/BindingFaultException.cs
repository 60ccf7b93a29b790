namespace Serverless.Local.Runtime.Hosting;

/// <summary>A function, or one of its parameters, is declared in a way that cannot run. The message says why, and what can.</summary>
#pragma warning disable CA1032 // Only ever made with its reason.
internal sealed class BindingFaultException(string reason) : Exception(reason);
