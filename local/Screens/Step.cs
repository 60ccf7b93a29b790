namespace Serverless.Local.Screens;

/// <summary>The progress of some work.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Detail">What else to say, in a few words.</param>
internal readonly record struct Step(double Fraction, string Detail);
